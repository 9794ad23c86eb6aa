// Says its arguments, waits, and prints how that ended. It needs no package, and no ttsmesh. See docs/protocol.md.
import { lstatSync, statSync } from "node:fs";
import { connect } from "node:net";
import { homedir } from "node:os";

const leave = (line, status = 1) => (console.log(line), process.exit(status));
const { XDG_RUNTIME_DIR: given = "", XDG_STATE_HOME: state = "" } = process.env;
const usual = `/run/user/${process.getuid()}`;
const own = (info) => info?.isDirectory() && info.uid === process.getuid();
const info = (path) => lstatSync(path, { throwIfNoEntry: false });
const secret = (path) => own(info(path)) && (info(path).mode & 0o077) === 0;
const fault = (path) => `there is no ${path}, or it is a link, or others may open it; try ttsmesh voices`;
const checked = (path) => (secret(path) ? path : leave(fault(path)));
const meant = given.startsWith("/") && own(statSync(given, { throwIfNoEntry: false }));
const base = meant ? checked(given) : secret(usual) ? usual : null;
const home = state.startsWith("/") ? state : `${homedir()}/.local/state`;
const directory = checked(base ? `${base}/ttsmesh` : `${home}/ttsmesh/run`);

// What the request has: text, true, and whole numbers below 128.
const long = (number, ...tag) => Buffer.from([...tag, ...[24, 16, 8, 0].map((bits) => (number >>> bits) & 255)]);
const text = (value) => Buffer.concat([long(Buffer.byteLength(value), 0xdb), Buffer.from(value)]);
const pack = (value) => (typeof value === "string" ? text(value) : Buffer.of(value === true ? 0xc3 : value));
function frame(request) {
  const items = Object.entries(request).flat();
  const body = Buffer.concat([long(items.length / 2, 0xdf), ...items.map(pack)]);
  return Buffer.concat([long(body.length), body]);
}
// What the replies have: maps of text, true and false, and numbers, none of which is below 0.
function unpack(data, at = 0) {
  const read = (form, size) => data[`read${form}`]((at += size) - size);
  const text = (length) => data.toString("utf8", at, (at += length));
  const numbers = { 0xcb: ["DoubleBE", 8], 0xcc: ["UInt8", 1], 0xcd: ["UInt16BE", 2], 0xce: ["UInt32BE", 4] };
  const next = () => {
    const tag = data[at++];
    if (tag < 0x80) return tag;
    if (tag < 0x90) return Object.fromEntries(Array.from({ length: tag & 15 }, () => [next(), next()]));
    if (tag < 0xc0) return text(tag & 31);
    if (tag === 0xc2 || tag === 0xc3) return tag === 0xc3;
    return tag in numbers ? read(...numbers[tag]) : text(tag === 0xd9 ? read("UInt8", 1) : read("UInt16BE", 2));
  };
  return next();
}

const server = connect(`${directory}/model.sock`).on("error", () => leave("no server; ttsmesh voices starts one"));
server.write(frame({ type: "say", version: 2, text: process.argv.slice(2).join(" "), wait: true }));
let received = Buffer.alloc(0);
for await (const data of server) {
  received = Buffer.concat([received, data]);
  while (received.length >= 4 && received.length >= 4 + received.readUInt32BE()) {
    const reply = unpack(received.subarray(4));
    received = received.subarray(4 + received.readUInt32BE());
    if (["rejected", "finished", "interrupted", "failed"].includes(reply.type))
      leave([reply.type, reply.reason ?? reply.message].join(" ").trim(), reply.type === "finished" ? 0 : 1);
  }
}
leave("the server has gone away");
