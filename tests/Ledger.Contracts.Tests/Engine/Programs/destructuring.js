// expects "1|5|{\"d\":2,\"e\":3}|{\"f\":4,\"g\":5}|1|9|4,5|2,1|fundefined|fl"
const { a, b: { c = 5, ...rest } = {}, ...others } = { a: 1, b: { d: 2, e: 3 }, f: 4, g: 5 };
const [x, , y = 9, ...z] = [1, 2, undefined, 4, 5]; const swap = ([p, q]) => [q, p];
function named({ first = 'f', last } = {}) { return first + last; }
[a, c, JSON.stringify(rest), JSON.stringify(others), x, y, z.join(), swap([1, 2]).join(), named(), named({ last: 'l' })].join('|');
