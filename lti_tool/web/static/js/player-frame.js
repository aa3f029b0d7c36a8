/* Inside the frame: starts the official player when the page around is ready, and tells that page what is answered.

   The page (player.js) and the frame know each other by a word that the server drew: the fragment of this address.
   Each message bears it. To the page: `ready`, `playing`, `height`, `data`, `too-long`, `failed`. From it: `start`
   with what was saved, `ask` for the data as they are. */

(() => {
  const NONCE = location.hash.slice(1);
  // The origin of this document is opaque; its address is of the same host as the page around.
  const HOME = location.origin;
  const LONGEST_TREE = 100000;
  const LONGEST_STATE = 40000;
  const LONGEST_DESCRIPTION = 300;
  const TELL_AFTER = 800;
  const KNOCK_EVERY = 250;
  const SUB_CONTENT_ID = "http://h5p.org/x-api/h5p-subContentId";
  const VERBS_OF_A_RESULT = ["completed", "answered"];

  let started = false;
  let broken = false;
  let tellTimer = 0;
  let lastResult = null;

  function send(type, message = {}) {
    parent.postMessage({ ...message, type, nonce: NONCE }, HOME);
  }

  /* An opaque origin has neither storage nor cookies, and throws at whoever asks; libraries ask. */
  function memory() {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (index) => [...kept.keys()][index] ?? null,
      getItem: (name) => kept.get(String(name)) ?? null,
      setItem: (name, value) => void kept.set(String(name), String(value)),
      removeItem: (name) => void kept.delete(String(name)),
      clear: () => kept.clear(),
    };
  }
  for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { value: memory() });
  Object.defineProperty(document, "cookie", { get: () => "", set() {} });

  window.H5PIntegration = JSON.parse(document.body.dataset.integration);
  window.H5P = { preventInit: true };

  /* A script that does not come is an error of its element, which does not bubble. */
  addEventListener("error", (event) => {
    if (event.target instanceof HTMLScriptElement) broken = true;
  }, true);

  /* ---------- What is told ---------- */

  const whole = (text) => text.replace(/[\ud800-\udbff]$/, "");

  /* Of a node of `getXAPIData`, what the server reads. */
  function trimmed(node, described) {
    const { object, result } = node?.statement ?? {};
    const id = object?.definition?.extensions?.[SUB_CONTENT_ID];
    const description = Object.values(object?.definition?.description ?? {})[0];
    const definition = {};
    if (id) definition.extensions = { [SUB_CONTENT_ID]: id };
    if (described && typeof description === "string") {
      definition.description = { "en-US": whole(description.slice(0, LONGEST_DESCRIPTION)) };
    }
    const { raw, max } = result?.score ?? {};
    return {
      statement: { object: { definition }, result: { response: result?.response, score: { raw, max } } },
      children: (node?.children ?? []).filter(Boolean).map((child) => trimmed(child, described)),
    };
  }

  function reported(player) {
    if (typeof player.getXAPIData === "function") return player.getXAPIData() ?? null;
    if (typeof player.getScore === "function" && typeof player.getMaxScore === "function") {
      return { statement: { result: { score: { raw: player.getScore(), max: player.getMaxScore() } } } };
    }
    return lastResult;
  }

  function saved(player) {
    if (typeof player.getCurrentState !== "function") return "";
    const state = JSON.stringify(player.getCurrentState() ?? null);
    return state === "null" || state.length > LONGEST_STATE ? "" : state;
  }

  function tell(asked) {
    clearTimeout(tellTimer);
    try {
      const player = H5P.instances[0];
      const data = reported(player);
      let tree = JSON.stringify(data && trimmed(data, true));
      if (tree.length > LONGEST_TREE) tree = JSON.stringify(trimmed(data, false));
      if (tree.length > LONGEST_TREE) send("too-long");
      else send("data", { tree, state: saved(player), asked });
    } catch (error) {
      console.error(error);
      send("failed");
    }
  }

  function tellSoon() {
    clearTimeout(tellTimer);
    tellTimer = setTimeout(tell, TELL_AFTER);
  }

  function onStatement(event) {
    const { statement } = event.data;
    const verb = statement.verb?.id?.split("/").pop();
    // That it was opened: nothing is answered yet.
    if (verb === "attempted") return;
    // A content of the old days that cannot be asked: its own last result, of no part of it.
    if (VERBS_OF_A_RESULT.includes(verb) && !statement.context?.contextActivities?.parent?.length) {
      lastResult = { statement };
    }
    tellSoon();
  }

  /* ---------- Playing ---------- */

  function start(state) {
    const [content] = Object.values(H5PIntegration.contents);
    if (state) content.contentUserData = [{ state }];
    try {
      H5P.externalDispatcher.on("xAPI", onStatement);
      H5P.init(document.body);
      if (broken || !H5P.instances.length) throw new Error("nothing plays");
      // As above a bar of buttons, which we do not show: questions keep the margins that they have there.
      document.querySelector(".h5p-content").classList.replace("h5p-no-frame", "h5p-frame");
      H5P.trigger(H5P.instances[0], "resize");
    } catch (error) {
      console.error(error);
      send("failed");
      return;
    }
    for (const type of ["input", "change", "click", "keyup"]) addEventListener(type, tellSoon, true);
    addEventListener("resize", () => H5P.trigger(H5P.instances[0], "resize"));
    new ResizeObserver(measure).observe(document.body);
    measure();
    send("playing");
  }

  function measure() {
    send("height", { height: document.body.scrollHeight });
  }

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== HOME || data?.nonce !== NONCE) return;
    if (data.type === "start" && !started) {
      started = true;
      start(typeof data.state === "string" ? data.state : "");
    }
    if (data.type === "ask" && started) tell(data.asked);
  });

  /* Until the page answers: its own script may come later than this one. */
  function knock() {
    if (started) return;
    send(broken ? "failed" : "ready");
    setTimeout(knock, KNOCK_EVERY);
  }

  addEventListener("DOMContentLoaded", knock);
})();
