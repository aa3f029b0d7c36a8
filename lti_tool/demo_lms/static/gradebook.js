// Shows each grade as it arrives: asks for the gradebook every two seconds while the page is in view.
const PERIOD = 2000;
const HIGHLIGHT = 4000;

const table = document.querySelector("[data-gradebook]");
const news = document.querySelector("[data-news]");

function columnsOf(keys) {
  return keys.join(" ");
}

const shownColumns = columnsOf([...table.querySelectorAll("thead [data-column]")].map((head) => head.dataset.column));

function when(timestamp) {
  const moment = new Date(timestamp);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(moment.getDate())}/${two(moment.getMonth() + 1)} à ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

function isShown(place, cell) {
  return (
    place.querySelector(".grades__score").textContent === (cell?.text ?? "–") &&
    place.querySelector(".grades__comment").textContent === (cell?.comment ?? "") &&
    place.dataset.timestamp === (cell?.timestamp ?? "")
  );
}

function show(place, cell, name) {
  place.querySelector(".grades__score").textContent = cell?.text ?? "–";
  place.querySelector(".grades__comment").textContent = cell?.comment ?? "";
  place.querySelector(".grades__time").textContent = cell ? when(cell.timestamp) : "";
  place.dataset.timestamp = cell?.timestamp ?? "";
  place.classList.add("grades__new");
  setTimeout(() => place.classList.remove("grades__new"), HIGHLIGHT);
  news.textContent = cell ? `${name} : ${cell.text}` : `${name} : note effacée`;
}

function refresh(book) {
  if (columnsOf(book.activities.map((column) => column.key)) !== shownColumns) {
    location.reload();
    return;
  }
  for (const row of book.rows) {
    for (const [key, cell] of Object.entries(row.cells)) {
      const place = table.querySelector(`td[data-user="${row.user}"][data-column="${key}"]`);
      if (place && !isShown(place, cell)) show(place, cell, row.name);
    }
  }
}

async function ask() {
  try {
    const answer = await fetch(table.dataset.gradebook);
    if (answer.ok) refresh(await answer.json());
  } catch {
    // The LMS is stopped or restarting: the next turn asks again.
  }
}

async function watch() {
  if (!document.hidden) await ask();
  setTimeout(watch, PERIOD);
}

setTimeout(watch, PERIOD);
