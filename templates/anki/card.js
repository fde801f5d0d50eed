// Makes a card answerable: choose, put in order, match, and see on the back how it went.
// Both sides run it, in every client, again at each showing. Without it the card is whole, too.
(function () {
  "use strict";
  const root = document.querySelector("main.quizgen");
  if (!root || root.classList.contains("live")) return;
  root.classList.add("live");
  const task = root.querySelector("[data-yours]");
  const says = task ? task.dataset : {};
  const front = root.classList.contains("front");

  // What the back must know of the front: the seed of the order, and what was chosen. Anki's
  // window lives on from side to side, AnkiDroid's and AnkiMobile's sessionStorage does. Where it
  // is off, nothing is shuffled, and an old desktop still knows the choice by its window.
  const SLOT = "quizgen";

  function keep(state) {
    try {
      sessionStorage.setItem(SLOT, JSON.stringify(state));
      return true;
    } catch (error) {
      window[SLOT] = state;
      return false;
    }
  }

  function recall(card) {
    let state = window[SLOT];
    try {
      state = JSON.parse(sessionStorage.getItem(SLOT)) || state;
    } catch (error) {
      // There is no storage; the window may know.
    }
    return state && state.card === card ? state : { card: card, seed: 0, picks: [] };
  }

  function begin(card) {
    const state = { card: card, seed: 1 + Math.floor(Math.random() * 0xfffffffe), picks: [] };
    if (!keep(state)) state.seed = 0;
    return state;
  }

  const state = front ? begin(root.dataset.id) : recall(root.dataset.id);

  // The same numbers for the same seed, from 0 to 1 (mulberry32).
  function random(seed) {
    return function () {
      seed = (seed + 0x6d2b79f5) | 0;
      let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
  }

  function shuffled(items) {
    const order = items.slice();
    const next = random(state.seed);
    for (let last = order.length - 1; state.seed && last > 0; last -= 1) {
      const other = Math.floor(next() * (last + 1));
      const moved = order[last];
      order[last] = order[other];
      order[other] = moved;
    }
    return order;
  }

  function lay(list, order) {
    order.forEach(function (item) { list.appendChild(item); });
    return order;
  }

  function add(parent, name, className, text) {
    const made = document.createElement(name);
    made.className = className;
    made.setAttribute("dir", "auto");
    made.textContent = text || "";
    parent.appendChild(made);
    return made;
  }

  // A live region speaks when its text changes, not when it comes with one.
  function tell(place, verdict, detail) {
    const line = add(place, "p", "verdict " + verdict);
    line.setAttribute("role", "status");
    place.insertBefore(line, place.firstChild);
    setTimeout(function () { line.textContent = says[verdict] + (detail ? " " + detail : ""); }, 0);
  }

  function label(element, role) {
    const question = root.querySelector(".question");
    question.id = "quizgen-question";
    element.setAttribute("aria-labelledby", question.id);
    if (role) element.setAttribute("role", role);
  }

  // Tapped, clicked, or by keys: `press` is called with an item; of radio buttons the arrows press.
  // Enter is never taken, Space only on an item that the keyboard has come to: both are Anki's.
  function offer(list, items, press, role) {
    const follow = role === "radio";
    label(list, follow ? "radiogroup" : "listbox");
    items.forEach(function (item, place) {
      item.classList.add("tappable");
      item.setAttribute("role", role || "option");
      item.tabIndex = 0;
      item.addEventListener("click", function (event) {
        if (event.target.closest("a")) return;
        press(item);
        if (event.detail) item.blur();
      });
      item.addEventListener("keydown", function (event) {
        if (event.target !== item || event.altKey || event.ctrlKey || event.metaKey) return;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
          const other = items[(place + step + items.length) % items.length];
          other.focus();
          if (follow) press(other);
          event.preventDefault();
        } else if (event.key === " " && !(follow && item.classList.contains("chosen"))) {
          press(item);
          event.preventDefault();
          event.stopPropagation();
        }
      });
    });
  }

  // 1 to 9; with Alt as well, for Anki's desktop takes the bare digits for itself.
  function digits(items, press) {
    document.addEventListener("keydown", function listen(event) {
      if (!document.contains(root)) {
        document.removeEventListener("keydown", listen);
        return;
      }
      const code = event.altKey && /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
      const digit = code ? code[1] : event.key;
      const typing = event.target.closest && event.target.closest("input, textarea, [contenteditable]");
      if (typing || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(digit)) return;
      const item = items[digit - 1];
      if (item) {
        press(item);
        event.preventDefault();
      }
    });
  }

  function choices(list) {
    const written = Array.from(list.children);
    const loose = written.filter(function (item) { return !item.classList.contains("pinned"); });
    const pinned = written.filter(function (item) { return item.classList.contains("pinned"); });
    const fixed = list.classList.contains("fixed");
    const items = lay(list, (fixed ? loose : shuffled(loose)).concat(pinned));
    const single = list.classList.contains("single");

    function show() {
      items.forEach(function (item, place) {
        const chosen = state.picks.indexOf(written.indexOf(item)) >= 0;
        item.classList.toggle("chosen", chosen);
        if (!front) return;
        item.setAttribute(single ? "aria-checked" : "aria-selected", String(chosen));
        const stop = chosen || (!state.picks.length && place === 0);
        if (single) item.tabIndex = stop ? 0 : -1;
      });
    }

    function press(item) {
      const pick = written.indexOf(item);
      const others = state.picks.filter(function (each) { return each !== pick; });
      if (single) state.picks = [pick];
      else state.picks = others.length < state.picks.length ? others : others.concat(pick);
      keep(state);
      show();
    }

    if (front) {
      offer(list, items, press, single && "radio");
      if (!single) list.setAttribute("aria-multiselectable", "true");
      digits(items, press);
      show();
    } else if (state.picks.length) {
      list.classList.add("answered");
      show();
      let hits = 0;
      let misses = 0;
      items.forEach(function (item) {
        const right = item.classList.contains("right");
        if (item.classList.contains("chosen")) {
          item.insertBefore(add(item, "div", "yours", says.yours), item.children[1]);
        }
        if (right && item.classList.contains("chosen")) hits += 1;
        else if (right !== item.classList.contains("chosen")) misses += 1;
      });
      const partly = hits && !list.classList.contains("whole");
      tell(list.parentNode, misses ? (partly ? "partly" : "wrong") : "right");
    }
  }

  // Picks are the items in the order in which they were tapped.
  function ordering(list) {
    const written = Array.from(list.children);
    let order = shuffled(written);
    const inOrder = order.every(function (item, place) { return +item.dataset.place === place + 1; });
    if (inOrder) order = order.slice(1).concat(order[0]);
    const items = lay(list, order);

    function show() {
      items.forEach(function (item) {
        const place = state.picks.indexOf(written.indexOf(item)) + 1;
        item.classList.toggle("chosen", place > 0);
        item.setAttribute("aria-selected", String(place > 0));
        item.firstChild.textContent = place || "";
      });
    }

    function press(item) {
      const pick = written.indexOf(item);
      const others = state.picks.filter(function (each) { return each !== pick; });
      state.picks = others.length < state.picks.length ? others : others.concat(pick);
      keep(state);
      show();
    }

    if (front) {
      items.forEach(function (item) {
        item.insertBefore(add(item, "span", "mark"), item.firstChild);
      });
      offer(list, items, press);
      list.setAttribute("aria-multiselectable", "true");
      digits(items, press);
      show();
    } else if (state.picks.length) {
      const picks = state.picks.slice();
      const left = written.filter(function (item, place) { return picks.indexOf(place) < 0; });
      if (left.length === 1) picks.push(written.indexOf(left[0]));
      const answer = Array.from(root.querySelectorAll(".answer .items > li"));
      const hits = answer.filter(function (item, place) {
        const mine = picks.findIndex(function (pick) {
          return +written[pick].dataset.place === place + 1;
        });
        item.classList.add(mine === place ? "right" : "wrong");
        if (mine !== place) add(item, "div", "yours", says.yours + ": " + (mine < 0 ? "–" : mine + 1));
        return mine === place;
      }).length;
      grade(root.querySelector(".answer"), hits, answer.length);
    }
  }

  // Picks are, for each on the left, the place of what was chosen for it on the right.
  function matching(sides) {
    const lefts = Array.from(sides.querySelectorAll(".lefts > li"));
    const written = Array.from(sides.querySelectorAll(".rights > li"));
    const rights = lay(sides.querySelector(".rights"), shuffled(written));
    const picks = lefts.map(function (left, place) {
      return state.picks[place] === undefined ? null : state.picks[place];
    });
    let active = 0;

    function show() {
      lefts.forEach(function (left, place) {
        left.classList.toggle("active", place === active);
        left.classList.toggle("chosen", picks[place] !== null);
        left.setAttribute("aria-selected", String(place === active));
        const slot = left.querySelector(".slot");
        slot.innerHTML = "";
        if (picks[place] === null) return;
        const chosen = written[picks[place]];
        add(slot, "span", "mark", rights.indexOf(chosen) + 1);
        slot.appendChild(chosen.querySelector(".option").cloneNode(true));
      });
      rights.forEach(function (right) {
        right.setAttribute("aria-selected", String(written[picks[active]] === right));
      });
    }

    function press(right) {
      picks[active] = written.indexOf(right);
      // On to the next that has none, from here down and then from the top.
      const open = lefts.map(function (left, step) { return (active + 1 + step) % lefts.length; });
      const next = open.find(function (place) { return picks[place] === null; });
      if (next !== undefined) active = next;
      state.picks = picks;
      keep(state);
      show();
    }

    function go(left) {
      const place = lefts.indexOf(left);
      if (place === active) picks[place] = null;
      active = place;
      state.picks = picks;
      keep(state);
      show();
    }

    if (front) {
      lefts.forEach(function (left) {
        add(left, "div", "slot").setAttribute("aria-live", "polite");
      });
      rights.forEach(function (right, place) {
        right.insertBefore(add(right, "span", "mark", place + 1), right.firstChild);
      });
      offer(sides.querySelector(".lefts"), lefts, go);
      offer(sides.querySelector(".rights"), rights, press);
      digits(rights, press);
      show();
    } else if (picks.some(function (pick) { return pick !== null; })) {
      const rows = Array.from(root.querySelectorAll(".answer .pairs > tbody > tr"));
      const hits = rows.filter(function (row, place) {
        const right = picks[place] !== null && +lefts[place].dataset.pair === picks[place] + 1;
        row.className = right ? "right" : "wrong";
        if (!right) {
          const yours = add(row.lastElementChild, "div", "yours", says.yours + ": ");
          if (picks[place] === null) yours.textContent += "–";
          else yours.appendChild(written[picks[place]].querySelector(".option").cloneNode(true));
        }
        return right;
      }).length;
      grade(root.querySelector(".answer"), hits, rows.length);
    }
  }

  function grade(place, hits, all) {
    const verdict = hits === all ? "right" : hits ? "partly" : "wrong";
    tell(place, verdict, verdict === "partly" ? "(" + hits + "/" + all + ")" : "");
  }

  // Anki compares what was typed with one answer, and shows in its first line what that was.
  function typed(key) {
    const compared = root.querySelector("code#typeans");
    if (!compared || !compared.querySelector("span")) return;
    let text = "";
    Array.from(compared.childNodes).some(function (node) {
      if (node.nodeName !== "BR" && node.className !== "typeMissed") text += node.textContent;
      return node.nodeName === "BR";
    });
    const form = credited(key, text);
    const credit = form ? form.credit : 0;
    tell(root.querySelector(".type"), credit === 1 ? "right" : credit > 0 ? "partly" : "wrong");
    if (form && form.item) form.item.classList.add("chosen");
  }

  function credited(key, text) {
    if (says.number) return within(text) ? { credit: 1 } : null;
    const forms = [{ text: key.textContent, credit: 1 }];
    (says.accept ? says.accept.split("|") : []).forEach(function (form) {
      forms.push({ text: form, credit: 1 });
    });
    Array.from(root.querySelectorAll(".also > ul > li")).forEach(function (item) {
      const credit = item.dataset.credit === undefined ? 1 : +item.dataset.credit;
      forms.push({ text: item.querySelector(".form").textContent, credit: credit, item: item });
    });
    return forms.find(function (form) { return plain(form.text) === plain(text); });
  }

  // Phones write curly quotation marks and long dashes, whatever was meant.
  function plain(text) {
    const same = text.normalize("NFC").replace(/[\u200e\u200f\u061c]/g, "")
      .replace(/[\u2018\u2019]/g, "'").replace(/[\u201c\u201d]/g, '"')
      .replace(/[\u2010-\u2015\u2212]/g, "-").replace(/\s+/g, " ").trim();
    return says.case === "exact" ? same : same.toUpperCase().toLowerCase();
  }

  // In whole numbers of the last place that any of the three has: a fraction would be rounded.
  function within(text) {
    const whole = typeof BigInt === "undefined" ? Number : BigInt;
    return readings(text).some(function (reading) {
      const three = [reading, says.number, says.margin || "0"].map(digitsOf);
      const last = Math.min.apply(null, three.map(function (each) { return each.place; }));
      const [given, right, margin] = three.map(function (each) {
        return whole(each.digits + "0".repeat(each.place - last));
      });
      return given - right <= margin && right - given <= margin;
    });
  }

  // The digits of a decimal with its sign, and the power of ten that the last of them counts.
  function digitsOf(number) {
    const [, bare, fraction, power] = /^\+?([^.e]*)\.?([^e]*)(?:e(.*))?$/i.exec(number);
    return { digits: bare + fraction, place: +(power || 0) - fraction.length };
  }

  // A comma or point may stand before decimals or between thousands: each reading counts.
  function readings(text) {
    let bare = plain(western(text));
    const unit = says.unit ? plain(says.unit) : "";
    if (unit && bare.endsWith(unit)) bare = bare.slice(0, -unit.length);
    else if (unit && bare.startsWith(unit)) bare = bare.slice(unit.length);
    bare = bare.replace(/[\s']/g, "").replace(/[x\u00d7*]10\^?/, "e");
    const found = [];
    if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) found.push(bare.replace(/,/g, ""));
    if (/^[-+]?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare)) {
      found.push(bare.replace(/\./g, "").replace(",", "."));
    }
    const decimal = bare.replace(",", ".");
    if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/.test(decimal)) found.push(decimal);
    return found;
  }

  // Arabic, Persian and Urdu, Devanagari, Bengali, Gurmukhi, Tamil and full-width digits.
  function western(text) {
    return text.replace(/\u066b/g, ".").replace(/\u066c/g, ",")
      .replace(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\u0a66-\u0a6f\u0be6-\u0bef\uff10-\uff19]/g,
        function (digit) {
          const code = digit.charCodeAt(0);
          return code >= 0xff10 ? code - 0xff10 : (code - (code < 0x700 ? 0 : 6)) & 15;
        });
  }

  const input = root.querySelector("input#typeans");
  if (input) label(input);

  if (!task) return;
  if (task.classList.contains("choices")) choices(task);
  else if (task.classList.contains("sides")) matching(task);
  else if (task.classList.contains("items")) ordering(task);
  else if (!front) typed(task);
})();
