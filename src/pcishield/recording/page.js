"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const moments = data.moments, end = moments.length ? moments[moments.length - 1].at : 0;
const byId = (id) => document.getElementById(id);
const make = (tag, text, name) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = text;
  if (name) element.className = name;
  return element;
};
for (const [name, value] of Object.entries(data.facts)) byId("facts").append(make("dt", name), make("dd", String(value)));

const kind = (event) => (event.e === "result" ? event.outcome || "" : event.e);
const cell = (value) => {
  if (value === null) return make("td", "NULL", "null");
  if (typeof value === "object" && value.type === "bytes") return make("td", `<${value.length} bytes>`, "null");
  return make("td", typeof value === "object" ? JSON.stringify(value) : String(value));
};
const names = {};
const table = (event) => {
  const key = event.attempt;
  if (event.columns) names[key] = event.columns;
  const body = make("table");
  const head = make("tr");
  for (const name of names[key] || []) head.append(make("th", name));
  body.append(head);
  for (const row of event.rows) {
    const line = make("tr");
    for (const value of row) line.append(cell(value));
    body.append(line);
  }
  return body;
};
const clock = (seconds) => {
  const whole = Math.floor(seconds / 60);
  return `${whole}:${(seconds - whole * 60).toFixed(3).padStart(6, "0")}`;
};
const items = moments.map((moment, index) => {
  const item = make("li", undefined, kind(moment.event));
  item.append(make("time", clock(moment.at)));
  item.append(moment.event.e === "rows" ? table(moment.event) : make("pre", moment.lines.join("\n")));
  byId("screen").append(item);
  if (moment.event.e !== "rows" && (moment.event.e !== "result" || kind(moment.event) !== "success")) {
    const mark = make("i", undefined, ["open", "close", "full"].includes(moment.event.e) ? "edge" : kind(moment.event));
    mark.style.left = `${end ? (moment.at / end) * 100 : 0}%`;
    mark.title = moment.lines[0] || "";
    mark.addEventListener("click", (click) => { click.stopPropagation(); seek(moment.at); });
    byId("timeline").append(mark);
  }
  return item;
});

let now = end, timer = null;
const show = () => {
  let last = -1;
  items.forEach((item, index) => {
    const past = moments[index].at <= now;
    if (past) last = index;
    item.classList.toggle("future", !past);
    item.classList.remove("now");
  });
  if (last >= 0) items[last].classList.add("now");
  byId("head").style.left = `${end ? (now / end) * 100 : 0}%`;
  byId("clock").textContent = `${clock(now)} of ${clock(end)}`;
  return last;
};
const seek = (to) => { now = Math.max(0, Math.min(end, to)); show(); };
const stop = () => { clearTimeout(timer); timer = null; byId("play").textContent = "Play"; };
const step = () => {
  const next = moments.find((moment) => moment.at > now);
  if (!next) { stop(); return; }
  let wait = (next.at - now) / Number(byId("speed").value);
  if (byId("short").checked) wait = Math.min(wait, 2);
  timer = setTimeout(() => {
    now = next.at;
    const last = show();
    if (last >= 0) items[last].scrollIntoView({ block: "nearest" });
    step();
  }, wait * 1000);
};
byId("play").addEventListener("click", () => {
  if (timer !== null) { stop(); return; }
  if (now >= end) seek(-1);
  byId("play").textContent = "Pause";
  step();
});
byId("timeline").addEventListener("click", (click) => {
  const box = byId("timeline").getBoundingClientRect();
  seek(((click.clientX - box.left) / box.width) * end);
});
byId("timeline").addEventListener("keydown", (press) => {
  if (press.key === "ArrowRight") seek((moments.find((moment) => moment.at > now) || { at: end }).at);
  if (press.key === "ArrowLeft") seek(([...moments].reverse().find((moment) => moment.at < now) || { at: 0 }).at);
});
show();
