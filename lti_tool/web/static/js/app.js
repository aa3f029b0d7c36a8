/* What a page does beyond HTML: sends forms without leaving the page, saves answers as they come, watches a grade.
   Every form also works without this file.

   <body data-address>     the address to show instead of the one that was posted to
   <body data-course>      where the course is: kept for the pages of this session that have to lead back to it
   <… data-way-back>       hidden, with a link in it; shown when the way back to the course is known
   <form data-enhance>     sent by fetch; the <main> of the answer takes the place of this one
   <form data-autosave>    its fields are saved (action=save) shortly after each change
   <form data-send-at-once>  sent as soon as it is shown: the browser carries an answer to another site
   <… data-poll="url">     fetched again until the answer carries no data-poll */

const SAVE_AFTER = 600;
const RETRY_FIRST = 2000;
const RETRY_MOST = 30000;
const POLL_FIRST = 2000;
const POLL_MOST = 15000;
const LEFT_MOST = 10000;
const KEEPALIVE_MOST = 60000; // browsers refuse a larger body for a request that may outlive its page

const SAID = {
  saving: "Enregistrement…",
  saved: "Enregistré",
  offline: "Pas de connexion : tes réponses seront enregistrées dès que possible",
  failed: "L’envoi n’a pas abouti. Vérifie ta connexion, puis réessaie.",
};

const statusLine = document.querySelector("[data-save-status]");
let queue = Promise.resolve();
let saveTimer = 0;
let retryDelay = RETRY_FIRST;
let unsaved = false;
let written = "";

function say(state) {
  if (!statusLine || statusLine.dataset.state === state) return;
  statusLine.dataset.state = state;
  statusLine.textContent = SAID[state] ?? "";
}

/* One request of this page at a time: the version that an answer brings is the one that the next request needs. */
function inTurn(work) {
  const done = queue.then(work);
  queue = done.catch(() => {});
  return done;
}

function texts(data) {
  return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
}

/* `getAttribute`, because a button named "action" hides `form.action`. */
function post(form, body, accept, keepalive = false) {
  const address = form.getAttribute("action") || location.href;
  return fetch(address, { method: "POST", body, keepalive, headers: { Accept: accept } });
}

function postAll(form, submitter) {
  const data = new FormData(form);
  if (submitter?.name) data.append(submitter.name, submitter.value);
  return post(form, form.getAttribute("enctype") === "multipart/form-data" ? data : texts(data), "text/html");
}

function postSave(form, accept) {
  const body = texts(new FormData(form));
  body.set("action", "save");
  return post(form, body, accept, String(body).length < KEEPALIVE_MOST);
}

/* ---------- Swapping <main> ---------- */

async function swap(response) {
  const html = await response.text();
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) throw new TypeError("an answer without <main>");
  clearTimeout(saveTimer);
  unsaved = false;
  // Which frames and scripts a document has, its own policy and head say: another frame is another document.
  if (main.querySelector("iframe")) {
    location.replace(page.body.dataset.address || response.url);
    return;
  }
  const old = document.querySelector("main");
  old.replaceWith(document.adoptNode(main));
  document.title = page.title;
  document.body.dataset.page = page.body.dataset.page ?? "";
  if (page.body.dataset.address) showAddress(page.body.dataset.address);
  else if (response.ok && response.redirected) showAddress(response.url);
  if (!response.ok) say("");
  start(main);
  focusIn(main);
}

/* A heading is the start of something new; anything else, such as feedback, is read where the eyes are. */
function focusIn(main) {
  const target = main.querySelector("[data-focus]") ?? main.querySelector("h1, h2") ?? main;
  if (!target.matches("a[href], button, input, select, textarea, summary, [tabindex]")) target.tabIndex = -1;
  if (target.matches("h1, h2, h3, main")) scrollTo(0, 0);
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
  // What one can do after a verdict stands right below it: seen together in a low frame.
  if (!target.matches("h1, h2, h3, main")) {
    target.closest("form")?.querySelector(".actions")?.scrollIntoView({ block: "nearest" });
  }
}

function showAddress(address) {
  const url = new URL(address, location.href);
  if (url.origin === location.origin) history.replaceState(null, "", url);
}

/* ---------- The way back to the course ---------- */

/* Kept in this tab, for one session: the server has no use for it, and the address may hold a key of the platform.
   A launch that failed has no session: its page alone knows. */
function courseKey() {
  return location.pathname.startsWith("/s/") ? `course ${location.pathname.split("/", 3).join("/")}` : null;
}

function keepCourse(address) {
  try {
    if (courseKey()) sessionStorage.setItem(courseKey(), address);
  } catch {
    // A browser that keeps nothing: pages say in words where to go.
  }
}

function showWayBack(root) {
  const way = root.querySelector("[data-way-back]");
  try {
    const address = way && (courseKey() ? sessionStorage.getItem(courseKey()) : document.body.dataset.course);
    if (!address) return;
    way.querySelector("a").href = address;
    way.hidden = false;
  } catch {
    // As above.
  }
}

/* ---------- Sending ---------- */

async function send(form, submitter) {
  clearTimeout(saveTimer);
  form.setAttribute("aria-busy", "true");
  try {
    await inTurn(async () => {
      if (form.isConnected) await swap(await postAll(form, submitter));
    });
    say("");
  } catch {
    say("failed");
    if (unsaved) plan(form, retryDelay);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-enhance]") || event.defaultPrevented) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
});

/* ---------- Saving ---------- */

/* What a form says to the server: its version, which each answer moves on, is no part of it. */
function answersOf(form) {
  const body = texts(new FormData(form));
  body.delete("version");
  return String(body);
}

async function save(form) {
  if (!form.isConnected || !unsaved) return;
  unsaved = false;
  written = answersOf(form);
  say("saving");
  let response;
  try {
    response = await postSave(form, "application/json");
    if (response.status >= 500 || response.status === 429) throw new TypeError(`status ${response.status}`);
  } catch {
    unsaved = true;
    say("offline");
    plan(form, retryDelay);
    retryDelay = Math.min(2 * retryDelay, RETRY_MOST);
    return;
  }
  retryDelay = RETRY_FIRST;
  if (!response.ok) {
    // The house has something to say, « Tu as continué ailleurs » for one: show its page.
    await swap(await postSave(form, "text/html"));
    return;
  }
  const { version } = await response.json();
  if (form.elements.version && version !== undefined) form.elements.version.value = version;
  if (!unsaved) say("saved");
}

function plan(form, delay) {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(() => inTurn(() => save(form)), delay);
}

function changed(event) {
  const form = event.target.form;
  if (!form?.matches("[data-autosave]")) return;
  // Leaving a field is a change too, even to go to a second window: saving again would make that one out of date.
  if (!unsaved && answersOf(form) === written) return;
  unsaved = true;
  say("");
  plan(form, SAVE_AFTER);
}

addEventListener("input", changed);
addEventListener("change", changed);
addEventListener("online", () => {
  const form = document.querySelector("form[data-autosave]");
  if (form && unsaved) plan(form, 0);
});

/* The page may be going for good: nothing is left for later. */
addEventListener("pagehide", () => {
  const form = document.querySelector("form[data-autosave]");
  if (!form || !unsaved) return;
  unsaved = false;
  clearTimeout(saveTimer);
  leaveWords(form);
  postSave(form, "application/json").catch(() => {});
});

/* A reload asks for the new page before the old one says its last words, so the new one was made without them. They
   are left in this tab for it, with the name under which the old page wrote: the server knows them for one page. */
function leaveWords(form) {
  try {
    const left = { action: form.getAttribute("action"), answers: answersOf(form), at: Date.now() };
    sessionStorage.setItem("left", JSON.stringify(left));
  } catch {
    // A browser that keeps nothing.
  }
}

function takeWords(form) {
  let left = null;
  try {
    left = JSON.parse(sessionStorage.getItem("left"));
    sessionStorage.removeItem("left");
  } catch {
    // As above.
  }
  if (left?.action !== form.getAttribute("action") || Date.now() - left.at > LEFT_MOST) return;
  const answers = new URLSearchParams(left.answers);
  for (const field of form.elements) {
    if (!answers.has(field.name) && !["checkbox", "radio"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = answers.getAll(field.name).includes(field.value);
    else if (field.type !== "submit") field.value = answers.get(field.name);
  }
  unsaved = true;
  plan(form, 0);
}

/* Back from the browser's memory: what the server knows may be newer than what is shown. */
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

/* ---------- Watching ---------- */

async function poll(element, delay = POLL_FIRST) {
  await new Promise((wake) => setTimeout(wake, delay));
  if (!element.isConnected) return;
  let next = element;
  try {
    const response = await fetch(element.dataset.poll, { headers: { Accept: "text/html" } });
    if (response.ok) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.body.firstElementChild;
      if (fresh && element.isConnected && fresh.outerHTML !== element.outerHTML) {
        next = document.adoptNode(fresh);
        element.replaceWith(next);
      }
    } else if (response.status < 500 && response.status !== 429) {
      return;
    }
  } catch {
    // No connection for now: the next turn tries again.
  }
  if (next.dataset.poll) poll(next, Math.min(1.5 * delay, POLL_MOST));
}

function start(root) {
  showWayBack(root);
  const answered = root.querySelector("form[data-autosave]");
  if (answered) written = answersOf(answered);
  root.querySelector("form[data-send-at-once]")?.requestSubmit();
  for (const element of root.querySelectorAll("[data-poll]")) poll(element);
}

if (document.body.dataset.address) showAddress(document.body.dataset.address);
if (document.body.dataset.course) keepCourse(document.body.dataset.course);
start(document);
const answering = document.querySelector("form[data-autosave]");
if (answering) takeWords(answering);
