/* Draws an outline over tiles. The field of the form is the only truth: each gesture rewrites it, what is typed in it
   is drawn at once, and it alone is sent. Without this script one types in the field. */
(() => {
  "use strict";

  const {make, cover, CLOSEST, column, row, longitude, latitude} = window.eqTiles;
  const figure = document.querySelector("[data-eq-draw]");
  const words = figure.dataset;
  const field = document.getElementById(words.eqDraw);
  const svg = figure.querySelector("svg");
  const said = figure.querySelector("[data-eq-said]");
  const adopt = figure.querySelector("[data-eq-do=adopt]");
  const layer = Object.fromEntries([...svg.children].map((node) => [node.dataset.eqLayer, node]));
  const MOST = Number(words.eqMost), FARTHEST = 3, MARGIN = 0.75, MOVED = 5;
  // A level in tiles of 256 pixels is, eight levels further, a level in pixels.
  const PIXELS = 8;

  let view = {longitude: 0, latitude: 0, level: FARTHEST};
  let lines = [];        // Of the field: their text, and their corner (null when it is not understood here).
  let chosen = null;     // Number of a line.
  let present = [];      // Outlines of the perimeter in force.
  const history = [];    // What the field held before each gesture.

  // --- The field ---

  const CUTS = [/;/, /,\s+/, /,/, /\s+/];

  // The simplest of what the server understands; letters and minutes are read by it alone.
  const understood = (text) => {
    for (const cut of CUTS) {
      const pair = text.trim().split(cut).map((part) => part.trim());
      // Two figures around a lonely comma are half a corner.
      if (pair.length !== 2 || pair.includes("") || (cut.source === "," && !text.includes("."))) continue;
      const [north, east] = pair.map((part) => Number(part.replace(",", ".")));
      if (Math.abs(north) <= 85 && Math.abs(east) <= 180) return {longitude: east, latitude: north};
    }
    return null;
  };

  const written = (corner) => `${corner.latitude.toFixed(6)}, ${corner.longitude.toFixed(6)}`;
  const line = (corner) => ({text: written(corner), corner});
  const corners = () => lines.flatMap(({corner}) => (corner ? [corner] : []));

  const read = () => {
    lines = field.value.split("\n").filter((text) => text.trim()).map((text) => ({text, corner: understood(text)}));
    chosen = null;
  };

  const write = () => { field.value = lines.map(({text}) => text).join("\n"); };

  const change = (edit) => {
    history.push(field.value);
    edit();
    write();
    draw();
  };

  // --- The map ---

  const size = () => ({width: svg.clientWidth || 600, height: svg.clientHeight || 400});

  const place = (east, north) => {
    const {width, height} = size(), level = view.level + PIXELS;
    return {
      x: column(east, level) - column(view.longitude, level) + width / 2,
      y: row(north, level) - row(view.latitude, level) + height / 2,
    };
  };

  const at = (x, y) => {
    const {width, height} = size(), level = view.level + PIXELS;
    return {
      longitude: longitude(column(view.longitude, level) + x - width / 2, level),
      latitude: latitude(row(view.latitude, level) + y - height / 2, level),
    };
  };

  // Corners nearer than a pixel are one: a perimeter of fifty thousand stays light to draw.
  const path = (outline) => {
    let last = null;
    const placed = outline.map(([east, north]) => place(east, north)).filter(({x, y}) => {
      if (last && Math.hypot(x - last.x, y - last.y) < 1) return false;
      last = {x, y};
      return true;
    });
    return `M${placed.map(({x, y}) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
  };

  const mark = ({corner}, number) => {
    const {x, y} = place(corner.longitude, corner.latitude);
    const group = make("g", {class: number === chosen ? "draw-corner is-chosen" : "draw-corner", "data-eq-corner": number});
    group.append(make("circle", {class: "draw-grip", cx: x, cy: y, r: 16}), make("circle", {cx: x, cy: y, r: 7}));
    return group;
  };

  const draw = () => {
    const {width, height} = size(), start = at(0, 0), end = at(width, height);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    cover(layer.tiles, words.eqTiles, view.level, [start.longitude, end.latitude, end.longitude, start.latitude], place);
    layer.present.setAttribute("d", present.map(path).join(""));
    layer.outline.setAttribute("d", lines.length ? path(corners().map((one) => [one.longitude, one.latitude])) : "");
    layer.corners.replaceChildren(...lines.flatMap((one, number) => (one.corner ? [mark(one, number)] : [])));
    layer.centre.setAttribute("transform", `translate(${width / 2} ${height / 2})`);
    say();
  };

  // --- What it measures ---

  // Hectares of the flat outline, on the ellipsoid around its first corner: right to a thousandth for a town.
  const area = (outline) => {
    const angle = (outline[0].latitude * Math.PI) / 180;
    const along = 111132.95 - 559.82 * Math.cos(2 * angle), across = 111412.84 * Math.cos(angle) - 93.5 * Math.cos(3 * angle);
    const sum = outline.reduce((total, corner, index) => {
      const next = outline[(index + 1) % outline.length];
      return total + (corner.longitude - outline[0].longitude) * (next.latitude - outline[0].latitude)
        - (next.longitude - outline[0].longitude) * (corner.latitude - outline[0].latitude);
    }, 0);
    return (Math.abs(sum) / 2) * along * across / 10000;
  };

  const say = () => {
    const outline = corners(), unread = lines.length - outline.length;
    const hectares = outline.length > 2 && area(outline).toLocaleString("fr-FR", {maximumSignificantDigits: 3});
    const sentences = [hectares ? words.eqSum.replace("{points}", outline.length).replace("{area}", hectares) : words.eqFew];
    if (outline.length >= MOST) sentences.push(words.eqFull.replace("{most}", MOST));
    if (unread) sentences.push(words.eqUnread.replace("{lines}", unread));
    said.textContent = sentences.join(" ");
  };

  // --- Gestures ---

  const look = (east, north, level) => {
    view = {
      longitude: Math.min(180, Math.max(-180, east)),
      latitude: Math.min(80, Math.max(-80, north)),
      level: Math.min(CLOSEST, Math.max(FARTHEST, level)),
    };
    draw();
  };

  const fit = ([west, south, east, north]) => {
    const {width, height} = size();
    let level = CLOSEST;
    const holds = () => column(east, level + PIXELS) - column(west, level + PIXELS) <= MARGIN * width
      && row(south, level + PIXELS) - row(north, level + PIXELS) <= MARGIN * height;
    while (level > FARTHEST && !holds()) level -= 1;
    look((west + east) / 2, (south + north) / 2, level);
  };

  const around = (outline) => {
    const xs = outline.map((corner) => corner.longitude), ys = outline.map((corner) => corner.latitude);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  };

  const shift = (x, y) => {
    const {width, height} = size(), to = at(width / 2 + x, height / 2 + y);
    look(to.longitude, to.latitude, view.level);
  };

  // After the chosen corner, or at the end.
  const add = (corner) => {
    if (lines.length >= MOST) return;
    change(() => {
      chosen = chosen === null ? lines.length : chosen + 1;
      lines.splice(chosen, 0, line(corner));
    });
  };

  const DO = {
    closer: () => look(view.longitude, view.latitude, view.level + 1),
    farther: () => look(view.longitude, view.latitude, view.level - 1),
    add: () => add({longitude: view.longitude, latitude: view.latitude}),
    // The chosen corner, or the last; the one before it is chosen next.
    remove: () => {
      if (!lines.length) return;
      change(() => {
        const number = chosen === null ? lines.length - 1 : chosen;
        lines.splice(number, 1);
        chosen = number ? number - 1 : null;
      });
    },
    undo: () => {
      if (!history.length) return;
      field.value = history.pop();
      read();
      draw();
    },
    restart: () => { if (lines.length) change(() => { lines = []; chosen = null; }); },
    adopt: () => change(() => {
      lines = present[0].slice(0, -1).map(([east, north]) => line({longitude: east, latitude: north}));
      chosen = null;
    }),
  };

  const KEYS = {
    "+": DO.closer, "-": DO.farther, Enter: DO.add, Delete: DO.remove, Backspace: DO.remove,
    ArrowLeft: () => shift(-60, 0), ArrowRight: () => shift(60, 0),
    ArrowUp: () => shift(0, -60), ArrowDown: () => shift(0, 60),
  };

  // A press that does not move poses or chooses a corner; one that moves drags a corner, or the map.
  let press = null;

  const point = (event) => {
    const {left, top} = svg.getBoundingClientRect();
    return {x: event.clientX - left - svg.clientLeft, y: event.clientY - top - svg.clientTop};
  };

  const begin = (event) => {
    if (event.button || !event.isPrimary) return;
    const grip = event.target.closest("[data-eq-corner]");
    press = {...point(event), last: point(event), number: grip && Number(grip.dataset.eqCorner), moved: false, before: field.value};
    svg.setPointerCapture(event.pointerId);
  };

  const move = (event) => {
    if (!press || !event.isPrimary) return;
    const {x, y} = point(event);
    if (!press.moved && Math.hypot(x - press.x, y - press.y) < MOVED) return;
    press.moved = true;
    if (press.number === null) shift(press.last.x - x, press.last.y - y);
    else {
      chosen = press.number;
      lines[chosen] = line(at(x, y));
      write();
      draw();
    }
    press.last = {x, y};
  };

  const end = (event) => {
    if (!press || !event.isPrimary) return;
    const {x, y, number, moved, before} = press;
    press = null;
    if (event.type === "pointerup" && !moved && number === null) add(at(x, y));
    else if (!moved && number !== null) { chosen = number; draw(); }
    else if (number !== null) history.push(before);
  };

  svg.addEventListener("pointerdown", begin);
  svg.addEventListener("pointermove", move);
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  svg.addEventListener("keydown", (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  figure.querySelectorAll("[data-eq-do]").forEach((button) => button.addEventListener("click", DO[button.dataset.eqDo]));
  field.addEventListener("input", () => { read(); draw(); });

  figure.hidden = false;
  read();
  fit(corners().length ? around(corners()) : JSON.parse(words.eqBox));
  new ResizeObserver(draw).observe(svg);

  if (words.eqPresent) {
    fetch(words.eqPresent)
      .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
      .then(({features: [{geometry: {type, coordinates}}]}) => {
        present = {Polygon: coordinates, MultiPolygon: coordinates.flat()}[type] || [];
        adopt.hidden = present.length !== 1 || present[0].length > MOST + 1;
        draw();
      })
      .catch(() => { /* The drawing is possible without what it replaces. */ });
  }
})();
