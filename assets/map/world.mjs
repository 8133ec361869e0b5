// The world map that pages draw: shapes of countries by their ISO 3166-1 alpha-2 code, from Natural Earth at 1:110 million
// (public domain, by way of the package world-atlas), in the Equal Earth projection, so that areas can be compared.
// States too small for that scale become dots. assets/build.mjs writes what world() returns to app/static/build.

import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { feature, merge } from "topojson-client";

const here = dirname(fileURLToPath(import.meta.url));
const atlas = resolve(here, "..", "..", "node_modules", "world-atlas", "countries-110m.json");
const WIDTH = 2000;
const SMALL = 0.0003; // steradians, about 12,000 km²: below, a country also gets a dot
const MARGIN = 12;
const APART = 17; // between two dots, in units of the drawing
const ANTARCTICA = "010";
const EAST = 11; // degrees: the map is cut in the Bering Strait, not through Chukotka

/** Pieces that the atlas draws apart and the United Nations counts to a State; the rest stays land without a number. */
const JOINED = { "N. Cyprus": "196", "Somaliland": "706", "Taiwan": "156" };
/** Crimea, which the atlas draws with the Russian Federation; see resolution 68/262 of the General Assembly. */
const CRIMEA = { from: "643", to: "804", west: 32, east: 37, south: 44, north: 46.6 };

/** Return { width, height, paths: { KE: "M…" }, dots: { MT: [x, y] }, other: "M…" }. */
export async function world() {
  const topology = JSON.parse(await readFile(atlas, "utf8"));
  const countries = JSON.parse(await readFile(join(here, "countries.json"), "utf8"));
  const shapes = shapesByNumber(topology);
  const codes = new Map(Object.entries(countries).map(([code, one]) => [one.numeric, code]));
  const points = Object.values(countries).flatMap((one) => (one.at ? [one.at] : []));
  const { projection, height } = fitted([...shapes.values()], points);
  const paths = {};
  let other = "";
  for (const [number, shape] of shapes) {
    const path = drawn(shape, projection);
    if (codes.has(number)) paths[codes.get(number)] = path;
    else other += path;
  }
  const dots = {};
  for (const [code, one] of Object.entries(countries)) {
    const shape = shapes.get(one.numeric);
    if (!shape || geoArea(shape) < SMALL) dots[code] = projection(one.at ?? geoCentroid(shape)).map(Math.round);
  }
  spread(Object.values(dots));
  return { width: WIDTH, height, paths: sorted(paths), dots: sorted(dots), other };
}

/** Geometries by their ISO 3166-1 number (by name where they have none), Antarctica left out. */
function shapesByNumber(topology) {
  const parts = new Map();
  const add = (number, part) => parts.set(number, [...(parts.get(number) ?? []), part]);
  for (const one of topology.objects.countries.geometries) {
    const number = JOINED[one.properties.name] ?? one.id ?? one.properties.name;
    if (number === ANTARCTICA) continue;
    for (const polygon of one.type === "Polygon" ? [one.arcs] : one.arcs) {
      const part = { type: "Polygon", arcs: polygon };
      add(number === CRIMEA.from && isCrimea(feature(topology, part).geometry) ? CRIMEA.to : number, part);
    }
  }
  return new Map([...parts].map(([number, all]) => [number, merge(topology, all)]));
}

function isCrimea(polygon) {
  return polygon.coordinates[0].every(
    ([x, y]) => x > CRIMEA.west && x < CRIMEA.east && y > CRIMEA.south && y < CRIMEA.north,
  );
}

/** The projection that fits all of this, MARGIN from the edges, and the height it then takes. */
function fitted(shapes, points) {
  const everything = {
    type: "GeometryCollection",
    geometries: [...shapes, { type: "MultiPoint", coordinates: points }],
  };
  const projection = geoEqualEarth().rotate([-EAST, 0]).fitWidth(WIDTH - 2 * MARGIN, everything);
  const [[left, top], [, bottom]] = geoPath(projection).bounds(everything);
  const [x, y] = projection.translate();
  return { projection: projection.translate([x - left + MARGIN, y - top + MARGIN]), height: Math.ceil(bottom - top) + 2 * MARGIN };
}

/** An SVG path in whole units, each point relative to the one before; what vanishes at that scale is left out. */
function drawn(shape, projection) {
  const rings = [];
  const context = {
    moveTo: (x, y) => rings.push([[Math.round(x), Math.round(y)]]),
    lineTo: (x, y) => {
      const ring = rings.at(-1), [lastX, lastY] = ring.at(-1), [nextX, nextY] = [Math.round(x), Math.round(y)];
      if (nextX !== lastX || nextY !== lastY) ring.push([nextX, nextY]);
    },
    arc: () => {},
    closePath: () => {},
  };
  geoPath(projection, context)(shape);
  const kept = rings.filter((ring) => ring.length > 3);
  return (kept.length ? kept : rings.slice(0, 1)).map(written).join("");
}

function written(ring) {
  let [x, y] = ring[0];
  let path = `M${x} ${y}l`;
  for (const [nextX, nextY] of ring.slice(1)) {
    const [right, down] = [nextX - x, nextY - y];
    path += `${path.endsWith("l") || right < 0 ? "" : " "}${right}${down < 0 ? "" : " "}${down}`;
    [x, y] = [nextX, nextY];
  }
  return path + "z";
}

/** Push dots apart until none hides another: the Lesser Antilles would be one blot. */
function spread(dots) {
  for (let round = 0; round < 200; round++) {
    let moved = false;
    for (const [index, one] of dots.entries()) {
      for (const another of dots.slice(index + 1)) {
        const [right, down] = [another[0] - one[0] || 0.1, another[1] - one[1] || 0.1];
        const distance = Math.hypot(right, down);
        if (distance >= APART) continue;
        const push = (APART - distance) / 2 / distance;
        one[0] -= right * push, one[1] -= down * push, another[0] += right * push, another[1] += down * push;
        moved = true;
      }
    }
    if (!moved) break;
  }
  for (const dot of dots) dot.splice(0, 2, Math.round(dot[0]), Math.round(dot[1]));
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort());
}
