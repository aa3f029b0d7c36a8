/* For administrators' pages: copies a value in one click, and gives Moodle its page back after a registration.
   Without this file the values can be selected, and Moodle's own page can be reopened.

   <button data-copy="id" hidden>           copies the field or text of that id
   <button data-close-frame="origin" hidden>  tells the platform at `origin` to close the frame or window */

const COPIED = "Copié";
const SHOWN = 2000;

function textOf(element) {
  return element.value ?? element.textContent.trim();
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(textOf(source));
  } catch {
    // A frame may not be allowed to: what is selected can still be copied by hand.
    if (source.select) source.select();
    else getSelection().selectAllChildren(source);
    return;
  }
  const label = button.dataset.label ?? button.textContent;
  button.dataset.label = label;
  button.textContent = COPIED;
  setTimeout(() => { button.textContent = label; }, SHOWN);
}

/* 1EdTech Dynamic Registration §3.7. */
function closeFrame(origin) {
  const platform = window.opener ?? (window.parent === window ? null : window.parent);
  platform?.postMessage({ subject: "org.imsglobal.lti.close" }, origin);
}

for (const button of document.querySelectorAll("[data-copy], [data-close-frame]")) {
  if (button.dataset.closeFrame && !window.opener && window.parent === window) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (button.dataset.copy) copy(button);
    else closeFrame(button.dataset.closeFrame);
  });
}
