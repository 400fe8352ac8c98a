/* A background of tiles, squares of the Mercator projection, for the scripts that draw a map. */
window.eqTiles = (() => {
  "use strict";

  // Beyond, many servers have nothing to show.
  const CLOSEST = 18;

  // Where a place stands in the square of the world that a level cuts in tiles, and back.
  const column = (longitude, level) => ((longitude + 180) / 360) * 2 ** level;
  const row = (latitude, level) => ((1 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / Math.PI) / 2) * 2 ** level;
  const longitude = (across, level) => (across / 2 ** level) * 360 - 180;
  const latitude = (down, level) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * down) / 2 ** level))) * 180) / Math.PI;

  const make = (name, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  };

  // The tiles of a level over a box of degrees; `place` says where a (longitude, latitude) stands on the drawing.
  // An image that was there already is moved, not asked again.
  const cover = (ground, address, level, [west, south, east, north], place) => {
    const known = new Map([...ground.children].map((image) => [image.getAttribute("href"), image]));
    const last = 2 ** level - 1, images = [];
    const to = (value) => Math.min(last, Math.max(0, Math.floor(value)));
    for (let x = to(column(west, level)); x <= to(column(east, level)); x += 1) {
      for (let y = to(row(north, level)); y <= to(row(south, level)); y += 1) {
        const href = address.replace("{z}", level).replace("{x}", x).replace("{y}", y);
        const start = place(longitude(x, level), latitude(y, level));
        const end = place(longitude(x + 1, level), latitude(y + 1, level));
        const image = known.get(href) || make("image", {href, preserveAspectRatio: "none"});
        const box = {x: start.x, y: start.y, width: end.x - start.x, height: end.y - start.y};
        Object.entries(box).forEach(([key, value]) => image.setAttribute(key, value));
        images.push(image);
      }
    }
    ground.replaceChildren(...images);
  };

  return {CLOSEST, column, row, longitude, latitude, make, cover};
})();
