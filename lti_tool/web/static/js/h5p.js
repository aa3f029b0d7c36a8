/* Dragging, for those who like it. Everything that it does, the lists and buttons of the page do too.

   [data-drag="label"]      into a list of gaps (DragText); data-value is what the list then holds
   [data-drag="element"]    onto a [data-zone] of the picture, which is chosen in its own fieldset (DragQuestion)
   [data-drag="paragraph"]  the grip of an item, which trades places with its neighbours (SortParagraphs) */

let held = null;

function below(event, selector) {
  return document.elementFromPoint(event.clientX, event.clientY)?.closest(selector);
}

function middle(element) {
  const box = element.getBoundingClientRect();
  return box.top + box.height / 2;
}

function tell(field) {
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

const KINDS = {
  label: {
    move: carry,
    drop(event, label) {
      const list = below(event, "select.blank:enabled");
      if (!list || list.closest("[data-once]") !== label.closest("[data-once]")) return;
      list.value = label.dataset.value;
      tell(list);
    },
  },
  element: {
    move: carry,
    drop(event, element) {
      const zone = below(event, "[data-zone]")?.dataset.zone;
      const choice = zone && element.closest("fieldset:enabled")?.querySelector(`[value="${zone}"]`);
      if (!choice) return;
      if (choice.matches("option")) choice.selected = true;
      else choice.checked = true;
      tell(choice.closest("select") ?? choice);
    },
  },
  paragraph: {
    /* The neighbours move: an element that is taken out of the page loses the finger that holds it. */
    move(event, grip) {
      const item = grip.closest("li");
      for (let next; (next = item.nextElementSibling) && event.clientY > middle(next); ) item.before(next);
      for (let last; (last = item.previousElementSibling) && event.clientY < middle(last); ) item.after(last);
    },
    drop(_event, grip) {
      const items = [...grip.closest("ol").children];
      items.forEach((item, place) => {
        item.querySelector("[data-up]").hidden = place === 0;
        item.querySelector("[data-down]").hidden = place === items.length - 1;
        for (const number of item.querySelectorAll("[data-place]")) number.textContent = place + 1;
      });
      tell(grip.closest("li").querySelector("input"));
    },
  },
};

function carry(event, thing, from) {
  thing.style.translate = `${event.clientX - from.x}px ${event.clientY - from.y}px`;
}

addEventListener("pointerdown", (event) => {
  const thing = event.target.closest("[data-drag]");
  if (!thing || event.button !== 0 || held) return;
  event.preventDefault();
  held = { thing, id: event.pointerId, from: { x: event.clientX, y: event.clientY } };
  thing.classList.add("is-held");
});

addEventListener("pointermove", (event) => {
  if (event.pointerId !== held?.id) return;
  KINDS[held.thing.dataset.drag].move(event, held.thing, held.from);
});

for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, (event) => {
    if (event.pointerId !== held?.id) return;
    const { thing } = held;
    held = null;
    if (end === "pointerup" || thing.dataset.drag === "paragraph") KINDS[thing.dataset.drag].drop(event, thing);
    thing.classList.remove("is-held");
    thing.style.translate = "";
  });
}

/* A label serves once: the list that it is taken from opens again. */
addEventListener("change", (event) => {
  for (const other of event.target.closest("[data-once]")?.querySelectorAll("select") ?? []) {
    if (other !== event.target && other.value === event.target.value) other.value = "";
  }
});
