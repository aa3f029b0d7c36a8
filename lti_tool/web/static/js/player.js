/* The page around the official player: takes what the frame says for the answers of the form, and for nothing else.

   <section data-player data-nonce>   the frame, and the fields that it fills: `tree`, `state`

   The frame is of an opaque origin and of no trust. A message counts where it comes from the frame itself, bears the
   word that the server drew for this page, and is of a known shape; what it says, the server reads as hostile. */

const START_WITHIN = 30000;
const ANSWER_WITHIN = 4000;
const LONGEST = { tree: 100000, state: 40000 };
const HEIGHTS = [80, 20000];

const SAID = {
  starting: "L’exercice arrive…",
  playing: "",
  failed: "L’exercice n’a pas pu démarrer. Recharge la page ; si cela recommence, préviens ton enseignant ou ton enseignante.",
  silent: "L’exercice ne répond pas. Recharge la page : ce qui est enregistré est gardé.",
  "too-long": "Ta réponse est trop longue pour être enregistrée. Raccourcis-la.",
};

function fits(text, longest) {
  return typeof text === "string" && text.length <= longest;
}

class Player {
  constructor(section) {
    this.section = section;
    this.form = section.closest("form");
    this.frame = section.querySelector("iframe");
    this.questions = 0;
    this.waiting = new Map();
    this.say("starting");
    this.late = setTimeout(() => this.say("failed"), START_WITHIN);
  }

  say(state) {
    this.section.dataset.state = state;
    this.section.querySelector("[data-player-status]").textContent = SAID[state];
  }

  send(type, message = {}) {
    // An opaque origin has no name to send to; the frame can only show the player (`frame-src`).
    this.frame.contentWindow.postMessage({ ...message, type, nonce: this.section.dataset.nonce }, "*");
  }

  isFrom({ source, origin, data }) {
    return source === this.frame.contentWindow && origin === "null" && data?.nonce === this.section.dataset.nonce;
  }

  receive({ type, height, tree, state, asked }) {
    if (type === "ready") this.send("start", { state: this.form.elements.state.value });
    if (type === "playing" || type === "failed") clearTimeout(this.late);
    if (["playing", "failed", "too-long"].includes(type)) this.say(type);
    if (type === "height" && Number.isFinite(height)) {
      const [least, most] = HEIGHTS;
      this.frame.style.height = `${Math.min(Math.max(height, least), most)}px`;
    }
    if (type === "data" && fits(tree, LONGEST.tree) && fits(state, LONGEST.state)) this.take(tree, state, asked);
  }

  take(tree, state, asked) {
    if (this.section.dataset.state !== "playing") this.say("playing");
    this.form.elements.tree.value = tree;
    this.form.elements.state.value = state;
    const wake = this.waiting.get(asked);
    if (wake) wake(true);
    // app.js saves what changes.
    else this.form.elements.tree.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* The data as they are now; false where none come. */
  ask() {
    const asked = (this.questions += 1);
    return new Promise((wake) => {
      this.waiting.set(asked, wake);
      this.send("ask", { asked });
      setTimeout(wake, ANSWER_WITHIN, false);
    }).finally(() => this.waiting.delete(asked));
  }

  /* « Terminer »: first what the frame says last, then the form. */
  async finish(button) {
    if (this.form.getAttribute("aria-busy") === "true") return;
    this.form.setAttribute("aria-busy", "true");
    const answered = await this.ask();
    this.form.removeAttribute("aria-busy");
    if (!this.form.isConnected) return;
    if (answered) {
      this.asked = true;
      this.form.requestSubmit(button);
      this.asked = false;
    } else if (this.section.dataset.state !== "failed") this.say("silent");
  }
}

let player = null;

function find(root) {
  const section = root.querySelector("[data-player]");
  player = section && new Player(section);
}

addEventListener("message", (event) => {
  if (player?.section.isConnected && player.isFrom(event)) player.receive(event.data);
});

/* Before app.js, which sends forms. */
addEventListener("submit", (event) => {
  if (event.target !== player?.form || player.asked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  player.finish(event.submitter);
}, true);

find(document);

/* The page is swapped without being loaded again (app.js). */
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.localName === "main") find(node);
}).observe(document.body, { childList: true });
