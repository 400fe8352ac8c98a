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
  // Where each part of the country stands, and the room of those that have a frame, overseas.
  const frames = JSON.parse(words.eqFrames);
  const isIn = ([left, top, right, foot], box) => left <= box[0] && box[2] <= right && top <= box[1] && box[3] <= foot;
  const towns = words.eqTowns.split(";").map((town) => town.split("|")).map(([name, x, y]) => ({name, x: Number(x), y: Number(y)}));
  towns.forEach((town) => { town.frame = frames.find(({room}) => room && isIn(room, [town.x, town.y, town.x, town.y])); });
  const rank = new Map(towns.map(({name}, index) => [name, index]));
  const names = figure.querySelector("[data-eq-map-towns]");
  const moves = figure.querySelector("[data-eq-map-moves]");
  const isAlone = svg.classList.contains("is-alone");
  const [LEFT, TOP, WIDTH, HEIGHT] = svg.dataset.eqWhole.split(" ").map(Number);
  const GOLDEN = Math.PI * (3 - Math.sqrt(5)), BLOCKS = 4;
  // In pixels: how near two pins may be, a pin, the letters and their mean width, a frame too narrow for two pins.
  const NEAR = 34, PIN = 30, TEXT = 13, LETTER = 0.58, NARROW = 110;
  // In units of the drawing a pixel: that where pins are named, that where a place of several opens, and the nearest:
  // without tiles, nothing more is drawn beyond.
  const NAMED = 0.35, OPENED = 0.17, nearest = words.eqTiles ? 0.0035 : 0.03;
  // In units of the drawing, about a kilometre each: how far from their place those of one place may stand.
  const AROUND = 4;
  // What is no farther apart is at one place; so many pins stand in a column, with names of so many letters.
  const SAME = 0.13, COLUMN = 10, CUT = 34;
  let view = {x: LEFT + WIDTH / 2, y: TOP + HEIGHT / 2, zoom: 1};
  let points = [];

  // Units of the drawing for one pixel of the screen: of the whole, then of the view.
  const farthest = () => Math.max(WIDTH / (svg.clientWidth || WIDTH), HEIGHT / (svg.clientHeight || HEIGHT));
  const unit = () => farthest() / view.zoom;
  const half = () => ({wide: svg.clientWidth * unit() / 2, high: svg.clientHeight * unit() / 2});

  const place = (latitude, longitude) => {
    const frame = frames.find(({box: [west, south, east, north]}) =>
      west <= longitude && longitude <= east && south <= latitude && latitude <= north);
    return frame && {frame, x: frame.across[0] + longitude * frame.across[1], y: frame.down[0] + latitude * frame.down[1]};
  };

  const label = (point) => {
    const given = point.phases.length ? `\u00a0: ${point.phases.join("\u00a0; ")}` : "";
    const held = point.stage ? `${words.eqStage} ${point.stage}, ${point.stageName}` : words.eqCharter;
    const about = point.approximate ? `, ${words.eqApproximate}` : "";
    return `${point.name}, ${point.commune}\u00a0: ${held}${point.year ? ` (${point.year})` : ""}${given}${about}`;
  };

  const middle = (group) => ({
    x: group.reduce((sum, point) => sum + point.x, 0) / group.length,
    y: group.reduce((sum, point) => sum + point.y, 0) / group.length,
  });

  const spread = (group) => {
    const xs = group.map((p) => p.x), ys = group.map((p) => p.y);
    return Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  };

  const isNarrow = ({room}) => room && (room[2] - room[0]) / unit() < NARROW;

  // What is nearer than a pin is wide goes in one group: a grid is enough, and costs the same for ten thousand.
  // Frames stand side by side on the drawing, not on the globe: a group never mixes them.
  const grouped = () => {
    const step = NEAR * unit(), cells = new Map(), {wide, high} = half();
    points.forEach((point) => {
      if (Math.abs(point.x - view.x) > wide + step || Math.abs(point.y - view.y) > high + step) return;
      const cell = isNarrow(point.frame) ? "" : `${Math.round(point.x / step)} ${Math.round(point.y / step)}`;
      const key = `${frames.indexOf(point.frame)} ${cell}`;
      (cells.get(key) || cells.set(key, []).get(key)).push(point);
    });
    return merged([...cells.values()], step);
  };

  // Two neighbours may stand on each side of a line of the grid: what would overlap is one group.
  const merged = (groups, step) => {
    const kept = [];
    groups.sort((a, b) => b.length - a.length).forEach((group) => {
      const at = middle(group), [{frame}] = group;
      const near = kept.find((one) => one.frame === frame && Math.hypot(one.at.x - at.x, one.at.y - at.y) < step);
      if (near) near.group.push(...group);
      else kept.push({at, frame, group});
    });
    return kept.map(({group}) => group);
  };

  // Inside the frame of its territory, off its name and a little off its edge.
  const inside = ({room}, {x, y}, radius) => {
    const half = 1.1 * radius;
    return room ? {
      x: Math.min(Math.max(x, room[0] + half), room[2] - half),
      y: Math.min(Math.max(y, room[1] + half), room[3] - half),
    } : {x, y};
  };

  const radiusOf = (frame, pixels) => (frame.room ? Math.min(pixels * unit(), 0.45 * (frame.room[3] - frame.room[1])) : pixels * unit());

  // How near one must be for the operations of a group to stand apart, none in the town of another.
  const apartAt = (group) => {
    if (spread(group) >= SAME) return 1.001 * nearest;
    return group.length <= COLUMN ? NAMED : AROUND / ((PIN + 2) * Math.sqrt(group.length));
  };

  // Those of one place stand one under another, or around it when they are many.
  const parted = (group) => group.map((point, index) => {
    const step = (PIN + 2) * unit(), distance = step * Math.sqrt(index), angle = index * GOLDEN;
    if (group.length <= COLUMN) return {point, x: point.x, y: point.y + step * (index - (group.length - 1) / 2)};
    return {point, x: point.x + distance * Math.cos(angle), y: point.y + distance * Math.sin(angle)};
  });

  const sign = (said, x, y, size, name) => {
    const text = make("text", {x, y, dy: ".35em", class: name});
    text.style.fontSize = `${size * unit()}px`;
    text.textContent = said;
    return text;
  };

  // What is taken: nothing is written where something stands, nor out of sight or of the room where it must stay.
  const blank = () => {
    const taken = [], {wide, high} = half();
    const sight = [view.x - wide, view.y - high, view.x + wide, view.y + high];
    const isFree = (box, room) => isIn(sight, box) && isIn(room, box)
      && !taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3]);
    return {
      take: ({x, y, radius}) => taken.push([x - radius, y - radius, x + radius, y + radius]),
      write: (said, x, y, room = sight) => {
        const above = 0.7 * TEXT * unit(), box = [x, y - above, x + widthOf(said), y + above];
        return isFree(box, room) && taken.push(box);
      },
    };
  };

  const widthOf = (said) => said.length * LETTER * TEXT * unit();

  const pin = ({point, x, y, radius}) => {
    const link = make("a", {class: "pin", href: `${words.eqSheets}${point.slug}/`, "aria-label": label(point)});
    const use = {href: `#pin-${Math.min(point.stage || 0, BLOCKS)}`, x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius};
    link.append(make("use", use), titled(label(point)));
    return link;
  };

  const titled = (said) => {
    const title = make("title", {});
    title.textContent = said;
    return title;
  };

  // The name of an operation, at the right of its pin, else at its left, else nowhere: its link says it.
  const named = ({point, x, y, radius, node}, room) => {
    const said = point.name.length > CUT ? `${point.name.slice(0, CUT - 1)}…` : point.name;
    const beside = 1.3 * radius;
    if (room.write(said, x + beside, y)) node.append(sign(said, x + beside, y, TEXT, "pin-name"));
    else if (room.write(said, x - beside - widthOf(said), y)) node.append(sign(said, x - beside, y, TEXT, "pin-name is-before"));
  };

  // Where the operations of a group are: their commune, their territory, else the commune that has most of them.
  const whereabouts = (group) => {
    const count = new Map(), [{frame}] = group;
    group.forEach(({commune}) => count.set(commune, (count.get(commune) || 0) + 1));
    const known = (commune) => rank.get(commune) ?? rank.size;
    const [first] = [...count.keys()].sort((a, b) => count.get(b) - count.get(a) || known(a) - known(b));
    if (count.size === 1) return first;
    return frame.name && group.length === points.filter((point) => point.frame === frame).length ? frame.name : `${first} ${words.eqAround}`;
  };

  const cluster = ({group, x, y, radius}) => {
    const said = `${group.length} ${words.eqOperations}\u00a0: ${whereabouts(group)}, ${words.eqCloser}`;
    const button = make("a", {class: "pin", href: "#resultats", role: "button", "aria-label": said});
    button.append(make("circle", {class: "cluster", cx: x, cy: y, r: radius}), sign(group.length, x, y, TEXT, ""), titled(said));
    const open = (event) => { event.preventDefault(); closer(group); };
    button.addEventListener("click", open);
    button.addEventListener("keydown", (event) => { if (event.key === " ") open(event); });
    return button;
  };

  // Come near enough for the group to fill the map; those of one place, for their column to stand there.
  const closer = (group) => {
    const xs = group.map((p) => p.x), ys = group.map((p) => p.y), apart = spread(group);
    const near = apart < SAME ? Math.min(OPENED, apartAt(group)) : 1.6 * apart / Math.min(svg.clientWidth, svg.clientHeight);
    look((Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2, Math.max(2 * view.zoom, farthest() / near));
    const first = layer.querySelector("a");
    if (first) first.focus({preventScroll: true});
  };

  const marks = () => grouped().flatMap((group) => {
    const [{frame}] = group;
    if (group.length > 1 && unit() > apartAt(group)) {
      const radius = radiusOf(frame, 13 + 6 * Math.log10(group.length));
      const mark = {group, radius, ...inside(frame, middle(group), radius)};
      return [{...mark, node: cluster(mark)}];
    }
    const radius = radiusOf(frame, PIN / 2);
    return parted(group).map((one) => ({...one, radius, ...inside(frame, one, radius)})).map((mark) => ({...mark, node: pin(mark)}));
  });

  // The largest towns first, each on its place, else above or below what stands there, else unsaid.
  const written = (room) => towns.flatMap(({name, x, y, frame}) => {
    const lines = [0, -2.3, 2.3].map((shift) => y + shift * TEXT * unit());
    const at = lines.find((line) => room.write(name, x - widthOf(name) / 2, line, frame && frame.room));
    return at === undefined ? [] : [sign(name, x, at, TEXT, "")];
  });

  const draw = () => {
    const shown = marks().sort((a, b) => a.y - b.y), room = blank(), {wide, high} = half();
    shown.forEach(room.take);
    if (unit() <= NAMED) shown.filter(({point}) => point).forEach((mark) => named(mark, room));
    layer.replaceChildren(...shown.map(({node}) => node));
    tiles();
    // Tiles have names of their own.
    names.replaceChildren(...(view.zoom > 1 || isAlone) && !ground.childElementCount ? written(room) : []);
    const seen = points.filter(({x, y}) => Math.abs(x - view.x) <= wide && Math.abs(y - view.y) <= high).length;
    note.textContent = view.zoom > 1 ? `${words.eqShown}\u00a0: ${seen}` : "";
  };

  // Tiles are squares of the Mercator projection: close enough, they lie on the drawing with an error below a pixel.
  const tiles = () => {
    const frame = words.eqTiles && unit() <= 0.12 && frames.find(({box: [west, south, east, north], across, down}) => {
      const longitude = (view.x - across[0]) / across[1], latitude = (view.y - down[0]) / down[1];
      return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
    });
    if (!frame) {
      ground.replaceChildren();
      return;
    }
    const {across, down} = frame;
    const level = Math.min(FINEST, Math.max(8, Math.round(Math.log2(360 / (256 * unit() / across[1])))));
    const {wide, high} = half();
    const [west, east] = [view.x - wide, view.x + wide].map((x) => (x - across[0]) / across[1]);
    const [north, south] = [view.y - high, view.y + high].map((y) => (y - down[0]) / down[1]);
    cover(ground, words.eqTiles, level, [west, south, east, north], (longitude, latitude) => (
      {x: across[0] + longitude * across[1], y: down[0] + latitude * down[1]}
    ));
  };

  const between = (value, least, most) => (least > most ? (least + most) / 2 : Math.min(Math.max(value, least), most));

  const look = (x, y, zoom) => {
    view.zoom = between(zoom, 1, farthest() / nearest);
    const {wide, high} = half(), isClose = view.zoom > 1;
    view.x = between(x, LEFT + wide, LEFT + WIDTH - wide);
    view.y = between(y, TOP + high, TOP + HEIGHT - high);
    svg.setAttribute("viewBox", `${view.x - wide} ${view.y - high} ${2 * wide} ${2 * high}`);
    svg.classList.toggle("is-close", isClose || isAlone);
    svg.querySelectorAll(".map-place").forEach((name) => { name.style.fontSize = isClose ? `${TEXT * unit()}px` : ""; });
    moves.hidden = !isClose;
    draw();
    remember();
  };

  // Whoever comes back to the page finds the map as it was.
  let pause = null;
  const remember = () => { clearTimeout(pause); pause = setTimeout(keep, 200); };
  const keep = () => history.replaceState({...history.state, map: view}, "");

  // The server chose the part of the drawing that the selection fills.
  const start = () => {
    const {x, y, width, height} = svg.viewBox.baseVal, kept = history.state?.map;
    if (kept) look(kept.x, kept.y, kept.zoom);
    else look(x + width / 2, y + height / 2, farthest() / Math.max(width / svg.clientWidth, height / svg.clientHeight));
  };

  const step = (dx, dy) => look(view.x + (dx * half().wide) / 2, view.y + (dy * half().high) / 2, view.zoom);
  const KEYS = {
    "+": () => look(view.x, view.y, view.zoom * 2), "-": () => look(view.x, view.y, view.zoom / 2),
    ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
    Home: () => look(LEFT + WIDTH / 2, TOP + HEIGHT / 2, 1),
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
    layer.addEventListener("click", keep);
    new ResizeObserver(() => look(view.x, view.y, view.zoom)).observe(svg);
  };

  fetch(words.eqMap, {headers: {Accept: "application/json"}})
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
    .then((file) => {
      points = file.points.flatMap(([slug, name, commune, latitude, longitude, approximate, stage, year, stageName, phases]) => {
        const at = latitude === null ? null : place(latitude, longitude);
        return at ? [{slug, name, commune, approximate, stage, year, stageName, phases, ...at}] : [];
      });
      svg.setAttribute("tabindex", "-1");
      svg.classList.add("is-live");
      figure.querySelector("[data-eq-map-tools]").hidden = false;
      start();
      listen();
    })
    .catch(() => { /* The map drawn by the server stays, with its links. */ });
})();
