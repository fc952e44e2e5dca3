// The part of saxi's planner that orders and joins: reads {"radius": mm, "lines": [[[x, y], ...]]}
// on standard input, writes {"seconds": s, "lines": ...}. Run where `npm install saxi` was done:
//
//     NODE_PATH=somewhere/node_modules node saxi_join.js < drawing.json

const { reorder, merge } = require("optimize-paths");

const wanted = JSON.parse(require("fs").readFileSync(0, "utf8"));
const paths = wanted.lines.map((line) => line.map(([x, y]) => ({ x, y })));
const begun = process.cpuUsage();
const made = merge(reorder(paths), wanted.radius);
const spent = process.cpuUsage(begun);
const lines = made.map((line) => line.map(({ x, y }) => [x, y]));
process.stdout.write(JSON.stringify({ seconds: (spent.user + spent.system) / 1e6, lines }));
