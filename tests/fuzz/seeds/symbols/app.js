#!/usr/bin/env node
import { x } from './x';
export default function main(a = { b: 1 }) {
  const local = 1;
  function inner() {}
}
const arrow = async (a, b) => { return /[/"]}/.test(a); };
let short = x => x + 1, plain = 3;
class Stack extends Base {
  #items = [];
  static count = 0;
  handler = (event) => { this.x = event; };
  constructor() { super(); }
  get size() { return `${this.#items.map(i => `{${i}`)}`; }
  async *[Symbol.asyncIterator]() {}
  push(item) { if (item) { } }
}
const api = {
  version: 1,
  load() {},
  'quoted-name': function () {},
  nested: { deep: () => 1 },
};
Stack.prototype.pop = function () {};
module.exports = { Stack };
function* generate() { yield 1; }
