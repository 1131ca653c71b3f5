"use strict";

// Everything that is shown came from requests: it is set as text, and nowhere else.

const TOKEN = "smileid-mock-token";
const MOST = 200;
const root = new URL("..", location.href).href.slice(0, -1);
const find = (id) => document.getElementById(id);

/** Asks one of the mock's own routes. Parameters go where the path has their name, and else into the query. */
async function ask(method, path, params = {}, body = undefined) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    const field = `{${name}}`;
    if (path.includes(field)) path = path.replace(field, encodeURIComponent(value));
    else if (value !== undefined) query.set(name, value);
  }
  const token = sessionStorage.getItem(TOKEN);
  const answer = await fetch(`${root}${path}?${query}`, {
    method,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    body: body && JSON.stringify(body),
  });
  find("ask").hidden = answer.status !== 401;
  find("main").hidden = answer.status === 401;
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = kind;
  return made;
}

/** An item: a line of texts, each with a class of its own or none, and more below it. */
function item(line, ...below) {
  const made = element("li");
  const first = element("div", "", "line");
  first.append(...line.filter(([text]) => text !== undefined).map(([text, kind]) => element("span", text, kind)));
  made.append(first, ...below);
  return made;
}

/** Something long, written when somebody looks. */
function details(title, value) {
  const made = element("details");
  made.append(element("summary", title));
  made.addEventListener("toggle", () => {
    if (made.open && !made.querySelector("pre")) made.append(element("pre", JSON.stringify(value, null, 2)));
  });
  return made;
}

function button(text, action) {
  const made = element("button", text);
  made.type = "button";
  made.addEventListener("click", () => act(made, action));
  return made;
}

/** Shows a list, the newest first. What has not changed stays, opened or scrolled as it is. */
const shown = {};
function show(id, items, draw) {
  const before = shown[id] ?? new Map();
  const now = new Map();
  for (const each of items.slice(-MOST).reverse()) {
    let key = JSON.stringify(each);
    while (now.has(key)) key += "'";
    now.set(key, before.get(key) ?? draw(each));
  }
  shown[id] = now;
  const wanted = [...now.values()];
  const holder = find(id);
  if (wanted.length !== holder.children.length || wanted.some((it, place) => it !== holder.children[place])) {
    holder.replaceChildren(...wanted);
  }
}

const names = (it) => [it.user_id, it.job_id].filter(Boolean).join(" / ") || undefined;
const reasons = (list) => list.map((it) => element("p", `${it.code}: ${it.text}`, it.severity === "quirk" ? "quiet" : "bad"));

function request(entry) {
  const made = item(
    [
      [entry.time.slice(11, 23), "quiet"],
      [`${entry.method} ${entry.path}`],
      [entry.status, entry.refused ? "bad" : "good"],
      [entry.code ?? entry.result_code],
      [names(entry), "quiet"],
      [entry.partner_id && `partner ${entry.partner_id}`, "quiet"],
    ],
    ...reasons(entry.diagnosis),
    details("request and answer", { request: entry.request, answer: entry.reply }),
  );
  if (entry.refused) made.classList.add("refused");
  return made;
}

function job(it) {
  return item(
    [
      [names(it)],
      [`type ${it.job_type}`, "quiet"],
      [it.stage, it.stage === "complete" ? "good" : "quiet"],
      [it.result_code],
      [it.attempts > 1 ? `announced ${it.attempts} times` : undefined, "quiet"],
    ],
    ...reasons(it.findings),
  );
}

function callback(it) {
  const kinds = { delivered: "good", given_up: "bad", not_allowed: "bad" };
  const made = item(
    [[`#${it.id}`, "quiet"], [it.job_id ?? it.smile_job_id], [it.result_code], [it.state.replaceAll("_", " "), kinds[it.state]], [`to ${it.url}`, "quiet"]],
    ...it.attempts.map((attempt) => {
      const came = attempt.received ?? { under: "way" };
      const text = Object.entries(came).map(([what, value]) => (what === "status" ? value : `${what.replaceAll("_", " ")}: ${value}`));
      return element("p", `${new Date(attempt.at).toISOString().slice(0, 19).replace("T", " ")} ${text}`, "quiet");
    }),
    details("body", it.body),
  );
  const resend = button("Resend", () => ask("POST", "/callbacks/{id}/resend", { id: it.id, partner_id: it.partner_id }));
  resend.disabled = it.state === "under_way";
  made.firstChild.append(resend);
  return made;
}

function rule({ kind, ...it }) {
  const times = it.times === undefined ? "" : ` of ${it.times}`;
  return item(
    [[`${kind} ${it.id}`], [`from a ${it.origin}`, "quiet"], [`used ${it.used}${times}, seen ${it.seen}`, "quiet"]],
    element("code", `${it.when ? `${JSON.stringify(it.when)} → ` : ""}${JSON.stringify(it.then)}`),
  );
}

/** How the file of scenarios stands, if there is one. */
function tellFile(file) {
  const { problem } = file ?? {};
  const place = problem?.line ? `line ${problem.line}, column ${problem.column}: ` : "";
  const member = problem?.path ? `${problem.path}: ` : "";
  const state = problem ? `${place}${member}${problem.problem} (what it held before stays in force)` : "in force";
  find("file").textContent = file ? `${file.path}: ${state}` : "";
  find("file").className = problem ? "bad" : "quiet";
}

function choose(partners) {
  const select = find("partner");
  const ids = partners.map((it) => it.partner_id);
  if ([...select.options].slice(1).map((it) => it.value).join() === ids.join() && select.options.length) return;
  const chosen = select.options.length ? select.value : (ids[0] ?? "");
  select.replaceChildren(new Option("all", ""), ...ids.map((id) => new Option(id, id)));
  select.value = ids.includes(chosen) ? chosen : "";
}

/** Which partner is shown: none means all. */
const of = () => ({ partner_id: find("partner").value || undefined });

async function refresh() {
  choose((await ask("GET", "/partners")).partners);
  const partner = of();
  const [clock, journal, jobs, callbacks, scenarios, faults, callback_faults, bill] = await Promise.all([
    partner.partner_id && ask("GET", "/clock", partner),
    ask("GET", "/journal", { ...partner, limit: MOST, refused: find("refused").checked || undefined }),
    ask("GET", "/jobs", partner),
    ask("GET", "/callbacks", partner),
    ask("GET", "/scenarios"),
    ask("GET", "/faults"),
    ask("GET", "/callbacks/rules"),
    ask("GET", "/billing", partner),
  ]);
  if (partner.partner_id !== of().partner_id) return; // another was chosen meanwhile
  find("clock").hidden = !clock;
  if (clock) {
    find("now").textContent = `${clock.now.slice(0, 19).replace("T", " ")} UTC`;
    find("freeze").textContent = clock.is_frozen ? "Resume" : "Freeze";
    find("real").hidden = clock.is_real;
  }
  show("journal", journal.entries, request);
  show("jobs", jobs.jobs, job);
  show("callbacks", callbacks.callbacks, callback);
  tellFile(scenarios.file);
  const of_kind = (kind, { rules }) => rules.map((it) => ({ kind, ...it }));
  show("rules", [...of_kind("scenario", scenarios), ...of_kind("fault", faults), ...of_kind("callback", callback_faults)], rule);
  show("billing", Object.entries(bill.products), ([product, count]) => item([[product], [count, "quiet"]]));
}

function say(text, kind = "") {
  find("said").textContent = text;
  find("said").className = kind;
}

let running = Promise.resolve();
let timer;
/** Asks for everything now, and again in a second: one round after the other. */
function look() {
  clearTimeout(timer);
  running = running.then(async () => {
    if (!document.hidden) {
      await refresh().then(
        () => say("live"),
        (error) => say(error instanceof TypeError ? "The mock does not answer." : error.message, "bad"),
      );
    }
    clearTimeout(timer);
    timer = setTimeout(look, 1000);
  });
  return running;
}

async function act(by, action) {
  by.disabled = true;
  try {
    await action();
  } catch (error) {
    say(error.message, "bad");
  }
  by.disabled = false;
  await look();
}

const on = (by, action) => by.addEventListener("click", () => act(by, action));
const move = (change) => ask("POST", "/clock", {}, { ...of(), ...change });
for (const by of document.querySelectorAll("[data-advance]")) on(by, () => move({ advance: by.dataset.advance }));
on(find("idle"), () => move({ until_idle: true }));
on(find("freeze"), () => move({ frozen: find("freeze").textContent === "Freeze" }));
on(find("real"), () => move({ real: true }));
on(find("reset"), async () => {
  const whom = of().partner_id ? `partner ${of().partner_id}` : "all partners";
  if (confirm(`Let ${whom} begin anew: jobs, users, callbacks, journal, clock and rules?`)) await ask("POST", "/reset", of());
});
find("partner").addEventListener("change", look);
find("refused").addEventListener("change", look);
document.addEventListener("visibilitychange", look);
find("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, find("token").value);
  find("token").value = "";
  look();
});
look();
