/* The map of the directory: read closer, group what is too near, follow the keyboard. Without it, the page has a map
   drawn by the server, and a list that says the same. Nothing is asked of another site, unless it gives tiles. */
(() => {
  "use strict";

  const {make, cover, CLOSEST: FINEST} = window.eqTiles;
  const figure = document.querySelector("[data-eq-map]");
  if (!figure) return;
  const svg = figure.querySelector("svg");
  const layer = figure.querySelector("[data-eq-map-pins]");
  const ground = figure.querySelector("[data-eq-map-tiles]");
  const note = figure.querySelector("[data-eq-map-note]");
  const words = figure.dataset;
  const frames = JSON.parse(words.eqFrames);
  const towns = figure.querySelector("[data-eq-map-towns]");
  const moves = figure.querySelector("[data-eq-map-moves]");
  const [LEFT, TOP, WIDTH, HEIGHT] = svg.dataset.eqWhole.split(" ").map(Number);
  const CLOSEST = 400, GOLDEN = Math.PI * (3 - Math.sqrt(5)), BLOCKS = 4;
  const NEAR = 34, PIN = 30, NAMED = 4, TEXT = 12;
  const all = {x: LEFT + WIDTH / 2, y: TOP + HEIGHT / 2, zoom: 1};
  // The server chose the part of the drawing that the selection fills.
  const asked = ({x, y, width, height}) => ({x: x + width / 2, y: y + height / 2, zoom: WIDTH / width});
  let view = asked(svg.viewBox.baseVal);
  let points = [];

  const place = (latitude, longitude) => {
    const frame = frames.find(({box: [west, south, east, north]}) =>
      west <= longitude && longitude <= east && south <= latitude && latitude <= north);
    return frame && {x: frame.across[0] + longitude * frame.across[1], y: frame.down[0] + latitude * frame.down[1]};
  };

  // Units of the drawing for one pixel of the screen.
  const unit = () => WIDTH / view.zoom / (svg.clientWidth || WIDTH);

  const label = (point) => {
    const held = point.stage ? `${words.eqStage} ${point.stage}, ${point.year}` : words.eqCharter;
    const about = point.approximate ? `, ${words.eqApproximate}` : "";
    return `${point.name}, ${point.commune} : ${held}${about}`;
  };

  const middle = (group) => ({
    x: group.reduce((sum, point) => sum + point.x, 0) / group.length,
    y: group.reduce((sum, point) => sum + point.y, 0) / group.length,
  });

  // What is nearer than a pin is wide goes in one group: a grid is enough, and costs the same for ten thousand.
  const grouped = () => {
    const step = NEAR * unit(), cells = new Map();
    const wide = WIDTH / view.zoom / 2 + step, high = HEIGHT / view.zoom / 2 + step;
    points.forEach((point) => {
      if (Math.abs(point.x - view.x) > wide || Math.abs(point.y - view.y) > high) return;
      const key = `${Math.round(point.x / step)} ${Math.round(point.y / step)}`;
      (cells.get(key) || cells.set(key, []).get(key)).push(point);
    });
    return merged([...cells.values()], step);
  };

  // Two neighbours may stand on each side of a line of the grid: what would overlap is one group.
  const merged = (groups, step) => {
    const kept = [];
    groups.sort((a, b) => b.length - a.length).forEach((group) => {
      const near = kept.find((one) => Math.hypot(one.at.x - group[0].x, one.at.y - group[0].y) < step);
      if (near) near.group.push(...group);
      else kept.push({at: middle(group), group});
    });
    return kept.map(({group}) => group);
  };

  // Those of one place stand around it when nothing can part them.
  const parted = (group, size) => group.map((point, index) => {
    const distance = 0.8 * size * Math.sqrt(index), angle = index * GOLDEN;
    return {point, x: point.x + distance * Math.cos(angle), y: point.y + distance * Math.sin(angle)};
  });

  const sign = (said, x, y, size, name) => {
    const text = make("text", {x, y, dy: ".35em", class: name});
    text.style.fontSize = `${size * unit()}px`;
    text.textContent = said;
    return text;
  };

  const pin = ({point, x, y}, size) => {
    const link = make("a", {class: "pin", href: `${words.eqSheets}${point.slug}/`, "aria-label": label(point)});
    const rank = Math.min(point.stage || 0, BLOCKS);
    link.append(make("use", {href: `#pin-${rank}`, x: x - size / 2, y: y - size / 2, width: size, height: size}));
    const title = make("title", {});
    title.textContent = label(point);
    link.append(title);
    // Close, an outline says little of where one is: the name of the commune does.
    if (view.zoom >= NAMED && !words.eqTiles) link.append(sign(point.commune, x + 0.6 * size, y, TEXT, "pin-name"));
    return link;
  };

  const cluster = (group) => {
    const {x, y} = middle(group);
    const said = `${group.length} ${words.eqOperations}, ${words.eqCloser}`;
    const button = make("a", {class: "pin", href: "#resultats", role: "button", "aria-label": said});
    const radius = (13 + 6 * Math.log10(group.length)) * unit();
    button.append(make("circle", {class: "cluster", cx: x, cy: y, r: radius}));
    button.append(sign(group.length, x, y, 13, ""));
    const open = (event) => { event.preventDefault(); closer(group); };
    button.addEventListener("click", open);
    button.addEventListener("keydown", (event) => { if (event.key === " ") open(event); });
    return button;
  };

  const spread = (group) => {
    const xs = group.map((p) => p.x), ys = group.map((p) => p.y);
    return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  };

  // Come near enough for the group to fill the map.
  const closer = (group) => {
    const xs = group.map((p) => p.x), ys = group.map((p) => p.y);
    const zoom = Math.max(2 * view.zoom, (0.6 * WIDTH) / (spread(group) || WIDTH / CLOSEST));
    look((Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2, zoom);
    const first = layer.querySelector("a");
    if (first) first.focus({preventScroll: true});
  };

  const draw = () => {
    const size = PIN * unit(), shown = [];
    let seen = 0;
    grouped().forEach((group) => {
      seen += group.length;
      const stays = view.zoom >= CLOSEST || spread(group) < WIDTH / CLOSEST / 20;
      if (group.length === 1) shown.push({y: group[0].y, node: pin({point: group[0], x: group[0].x, y: group[0].y}, size)});
      else if (stays && (view.zoom >= 8 || group.length <= 3)) parted(group, size).forEach((one) => shown.push({y: one.y, node: pin(one, size)}));
      else shown.push({y: group[0].y, node: cluster(group)});
    });
    layer.replaceChildren(...shown.sort((a, b) => a.y - b.y).map(({node}) => node));
    towns.setAttribute("font-size", TEXT * unit());
    note.textContent = view.zoom > 1 ? `${words.eqShown}\u00a0: ${seen}` : "";
    tiles();
  };

  // Tiles are squares of the Mercator projection: close enough, they lie on the drawing with an error below a pixel.
  const tiles = () => {
    const frame = words.eqTiles && view.zoom >= 12 && frames.find(({box: [west, south, east, north], across, down}) => {
      const longitude = (view.x - across[0]) / across[1], latitude = (view.y - down[0]) / down[1];
      return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
    });
    if (!frame) {
      ground.replaceChildren();
      return;
    }
    const {across, down} = frame;
    const level = Math.min(FINEST, Math.max(8, Math.round(Math.log2(360 / (256 * unit() / across[1])))));
    const wide = WIDTH / view.zoom / 2, high = HEIGHT / view.zoom / 2;
    const [west, east] = [view.x - wide, view.x + wide].map((x) => (x - across[0]) / across[1]);
    const [north, south] = [view.y - high, view.y + high].map((y) => (y - down[0]) / down[1]);
    cover(ground, words.eqTiles, level, [west, south, east, north], (longitude, latitude) => (
      {x: across[0] + longitude * across[1], y: down[0] + latitude * down[1]}
    ));
  };

  const look = (x, y, zoom) => {
    const kept = Math.min(Math.max(zoom, 1), CLOSEST);
    const wide = WIDTH / kept / 2, high = HEIGHT / kept / 2;
    view = {
      zoom: kept,
      x: Math.min(Math.max(x, LEFT + wide), LEFT + WIDTH - wide),
      y: Math.min(Math.max(y, TOP + high), TOP + HEIGHT - high),
    };
    svg.setAttribute("viewBox", `${view.x - wide} ${view.y - high} ${2 * wide} ${2 * high}`);
    svg.classList.toggle("is-close", kept > 1);
    moves.hidden = kept === 1;
    draw();
  };

  const step = (dx, dy) => look(view.x + (dx * WIDTH) / view.zoom / 4, view.y + (dy * HEIGHT) / view.zoom / 4, view.zoom);
  const KEYS = {
    "+": () => look(view.x, view.y, view.zoom * 2), "-": () => look(view.x, view.y, view.zoom / 2),
    ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
    Home: () => look(all.x, all.y, all.zoom),
  };

  const listen = () => {
    figure.querySelectorAll("[data-eq-zoom]").forEach((button) => button.addEventListener("click", () => {
      const by = Number(button.dataset.eqZoom);
      if (by) look(view.x, view.y, view.zoom * by); else KEYS.Home();
    }));
    moves.querySelectorAll("button").forEach((button) => button.addEventListener("click", KEYS[button.dataset.eqMove]));
    figure.addEventListener("keydown", (event) => {
      const act = KEYS[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey || (view.zoom === 1 && event.key.startsWith("Arrow"))) return;
      event.preventDefault();
      const active = document.activeElement, wasInside = layer.contains(active), said = active.getAttribute("aria-label");
      act();
      // What had the focus is drawn again: it keeps it if it is still there, else the map itself takes it.
      if (wasInside) (([...layer.children].find((node) => node.getAttribute("aria-label") === said)) || svg).focus({preventScroll: true});
    });
    let from = null;
    svg.addEventListener("pointerdown", (event) => {
      if (view.zoom > 1 && event.button === 0) from = {x: event.clientX, y: event.clientY, view: {...view}, moved: false};
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const dx = event.clientX - from.x, dy = event.clientY - from.y;
      if (!from.moved && Math.hypot(dx, dy) < 6) return;
      if (!from.moved) svg.setPointerCapture(event.pointerId);
      from.moved = true;
      look(from.view.x - dx * unit(), from.view.y - dy * unit(), view.zoom);
    });
    ["pointerup", "pointercancel"].forEach((name) => svg.addEventListener(name, () => { from = null; }));
    new ResizeObserver(draw).observe(svg);
  };

  fetch(words.eqMap, {headers: {Accept: "application/json"}})
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
    .then((file) => {
      points = file.points.flatMap(([slug, name, commune, latitude, longitude, approximate, stage, year]) => {
        const at = latitude === null ? null : place(latitude, longitude);
        return at ? [{slug, name, commune, approximate, stage, year, ...at}] : [];
      });
      svg.setAttribute("tabindex", "-1");
      figure.querySelector("[data-eq-map-tools]").hidden = false;
      listen();
      look(view.x, view.y, view.zoom);
    })
    .catch(() => { /* The map drawn by the server stays, with its links. */ });
})();
