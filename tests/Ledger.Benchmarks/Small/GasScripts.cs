namespace Ledger.Benchmarks.Small;

/// <summary>
/// What an attacker would try, to find work that is cheap in gas and dear in time: each is a body that is repeated,
/// behind what is set up once.
/// </summary>
internal static class GasScripts
{
    public static readonly (string Work, string SetUp, string Body)[] All =
    [
        // The interpreter.
        ("loop", "", ""),
        ("calls", "const f = (n) => n + 1; let i = 0;", "i = f(i);"),
        ("closures", "let i = 0;", "i = ((n) => () => n + 1)(i)();"),
        ("recursion", "const f = (n) => n === 0 ? 0 : 1 + f(n - 1);", "f(1000);"),
        ("generators", "const g = (function* () { for (;;) yield 1; })();", "g.next();"),
        ("exceptions", "", "try { throw new Error('x'); } catch { }"),
        ("throws-deep", "const f = (n) => { if (n === 0) throw 1; f(n - 1); };", "try { f(200); } catch { }"),
        ("finally", "let i = 0;", "try { i++; } finally { i--; }"),
        ("getters", "let v = 0; const o = { get a() { return v; }, set a(b) { v = b; } };", "o.a = o.a + 1;"),
        ("proxy", "const p = new Proxy({ a: 1 }, { get: (o, k) => o[k] });", "p.a;"),
        ("bound", "let f = (n) => n; for (let i = 0; i < 20; i++) f = f.bind(null);", "f(1);"),
        ("classes", "class A { #x = 1; get x() { return this.#x; } } class B extends A { y = 2; }", "new B().x;"),
        ("instanceof",
            "class A { } let o = {}; for (let i = 0; i < 500; i++) o = Object.create(o);",
            "o instanceof A;"),
        ("prototype-chain", "let o = { a: 1 }; for (let i = 0; i < 500; i++) o = Object.create(o);", "o.a;"),
        ("arguments", "function f() { return arguments.length; }", "f(1, 2, 3, 4, 5, 6, 7, 8);"),
        ("spread", "const a = Array.from({ length: 1000 }, (_, i) => i); const f = (...b) => b.length;", "f(...a);"),
        ("destructuring", "const o = { a: 1, b: [2, 3] };", "const { a, b: [c, d] } = o;"),
        ("random-branches", "let x = 1, y = 0, z = '';",
            "x = Math.imul(x, 1103515245) + 12345 | 0; if (x & 65536) y++; else z = y; "
                + "if (x & 131072) y = -y; else y += 2;"),
        ("random-calls",
            "let x = 1; const f = Array.from({ length: 64 }, "
                + "(_, i) => new Function('n', 'return n' + '+1'.repeat(i % 7)));",
            "x = Math.imul(x, 1103515245) + 12345 | 0; f[(x >>> 16) & 63](x);"),
        ("random-built-ins",
            "let x = 1; const f = [Math.abs, Math.floor, Math.sign, String, Number, Boolean, isNaN, Math.clz32];",
            "x = Math.imul(x, 1103515245) + 12345 | 0; f[(x >>> 16) & 7](x);"),
        ("random-switch", "let x = 1, y = 0;",
            """
            x = Math.imul(x, 1103515245) + 12345 | 0;
            switch ((x >>> 16) & 7) {
              case 0: y++; break; case 1: y--; break; case 2: y ^= x; break; case 3: y = -y; break;
              case 4: y *= 2; break; case 5: y >>= 1; break; case 6: y = ~y; break; default: y = 0;
            }
            """),
        ("eval", "let i = 0;", "eval('(function (a) { return a + ' + i++ + '; })(1)');"),
        ("eval-large", "const s = 'x = { a: [1, 2, 3], b() { return this.a; } };'.repeat(100); let x;", "eval(s);"),
        ("with",
            "const o = { a: 1 }; const f = new Function('o', 'with (o) { for (let i = 0; i < 100; i++) a++; }');",
            "f(o);"),
        ("microtasks", "", "await 0;"),
        ("async-calls", "const f = async (n) => { await null; return n; };", "await f(1);"),

        // Objects.
        ("objects", "", "const a = {}, b = { a }; a.b = b;"),
        ("properties", "const o = {}; let i = 0;", "i++; o['k' + (i % 1000)] = i;"),
        ("many-properties", "const o = {}; let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; o['k' + ((x >>> 8) & 65535)] = x;"),
        ("many-numbered", "const o = {}; let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; o[(x >>> 8) & 65535] = x;"),
        ("delete", "const o = {}; let i = 0;", "o[i & 255] = i; delete o[(i++ - 100) & 255];"),
        ("keys", "const o = {}; for (let i = 0; i < 1000; i++) o['k' + i] = i;", "Object.keys(o);"),
        ("assign", "const o = {}; for (let i = 0; i < 100; i++) o['k' + i] = i;", "Object.assign({}, o);"),
        ("for-in", "const o = {}; for (let i = 0; i < 1000; i++) o['k' + i] = i;", "for (const k in o);"),
        ("freeze", "", "Object.freeze({ a: 1, b: 2 });"),
        ("map", "const m = new Map(); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; m.set((x >>> 8) & 131071, x); m.get((x >>> 9) & 131071);"),
        ("map-of-texts", "const m = new Map(); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; m.set('k' + ((x >>> 8) & 32767), x);"),
        ("set", "const s = new Set(); let i = 0;", "s.add(i++); s.delete(i - 50000);"),
        ("weak-map", "const w = new WeakMap(); const a = Array.from({ length: 50000 }, () => ({})); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; w.set(a[(x >>> 8) % 50000], x);"),
        ("symbols", "const o = {};", "const s = Symbol('x'); o[s] = 1; delete o[s];"),
        ("garbage-cycles", "", "const a = { n: [] }; for (let i = 0; i < 10; i++) a.n.push({ a });"),
        ("garbage-graph",
            "const a = Array.from({ length: 60000 }, () => ({ n: null })); let x = 1; for (const o of a) { "
                + "x = Math.imul(x, 1103515245) + 12345 | 0; o.n = a[(x >>> 8) % 60000]; }",
            "for (let i = 0; i < 1000; i++) { const b = {}; b.b = b; }"),
        ("linked-objects",
            "const a = Array.from({ length: 100000 }, () => ({ n: null })); let p = 0; "
                + "for (let i = 0; i < 100000; i++) { const q = (p + 61803) % 100000; a[p].n = a[q]; p = q; } let o = a[0];",
            "for (let i = 0; i < 100; i++) o = o.n;"),

        // Arrays and bytes.
        ("array-push", "let a = [];", "a.push(1); if (a.length > 100000) a = [];"),
        ("array-shift", "const a = Array.from({ length: 20000 }, (_, i) => i);", "a.push(a.shift());"),
        ("array-unshift", "let a = [];", "a.unshift(1); if (a.length > 5000) a = [];"),
        ("array-splice",
            "const a = Array.from({ length: 20000 }, (_, i) => i);",
            "a.splice(100, 1); a.splice(9000, 0, 1);"),
        ("array-slice", "const a = Array.from({ length: 100000 }, (_, i) => i);", "a.slice();"),
        ("array-map", "const a = Array.from({ length: 1000 }, (_, i) => i);", "a.map((n) => n + 1);"),
        ("array-includes", "const a = Array.from({ length: 100000 }, (_, i) => i);", "a.includes(-1);"),
        ("array-of-floats", "const a = Array.from({ length: 100000 }, (_, i) => i + 0.5);", "a.indexOf(-1);"),
        ("array-flat", "const a = Array.from({ length: 1000 }, (_, i) => [i]);", "a.flat();"),
        ("array-reverse", "const a = Array.from({ length: 100000 }, (_, i) => i);", "a.reverse();"),
        ("array-fill", "const a = new Array(100000);", "a.fill(1);"),
        ("sparse", "const a = []; let x = 1;", "x = Math.imul(x, 1103515245) + 12345 | 0; a[x >>> 12] = 1;"),
        ("sort", "const a = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);", "a.toSorted();"),
        ("sort-by",
            "const a = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);",
            "a.toSorted((b, c) => b - c);"),
        ("sort-large", "const a = Array.from({ length: 100000 }, (_, i) => (i * 7919) % 100003);", "a.toSorted();"),
        ("sort-texts", "const a = Array.from({ length: 1000 }, (_, i) => 'k' + (i * 7919) % 1009);", "a.toSorted();"),
        ("sort-bytes", "const a = Uint8Array.from({ length: 10000 }, (_, i) => i * 7919);", "a.toSorted();"),
        ("sort-doubles",
            "const a = Float64Array.from({ length: 10000 }, (_, i) => (i * 7919) % 10007);",
            "a.toSorted();"),
        ("bytes-sum", "const a = new Uint8Array(1e6); let n = 0, i = 0;", "n += a[i]; i = (i + 1) % 1000000;"),
        ("scatter-16k", Scatter(12), ScatterBody(12)),
        ("scatter-256k", Scatter(16), ScatterBody(16)),
        ("scatter-1m", Scatter(18), ScatterBody(18)),
        ("scatter-4m", Scatter(20), ScatterBody(20)),
        ("scatter-16m", Scatter(22), ScatterBody(22)),
        ("scatter-32m", Scatter(23), ScatterBody(23)),
        ("scatter-writes-32m", "const a = new Uint8Array(1 << 25); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; a[x >>> 7] = 1;"),
        ("scatter-dense-32m",
            "const a = new Uint8Array(1 << 25); let x = 1;",
            "a[x = Math.imul(x, 5) + 12345 & 0x1FFFFFF]++;"),
        ("stride-page", "const a = new Uint8Array(1 << 25); let x = 0;", "a[x = x + 4160 & 0x1FFFFFF]++;"),
        ("data-view", "const v = new DataView(new ArrayBuffer(1 << 16)); let i = 0;",
            "v.setFloat64(i, v.getInt32(i) + 1); i = (i + 8) & 65528;"),
        ("copy", "const a = new Uint8Array(1e6), b = new Uint8Array(1e6);", "a.set(b);"),
        ("copy-16m", "const a = new Uint8Array(16e6), b = new Uint8Array(16e6);", "a.set(b);"),
        ("copy-64k", "const a = new Uint8Array(65536), b = new Uint8Array(65536);", "a.set(b);"),
        ("copy-4k", "const a = new Uint8Array(4096), b = new Uint8Array(4096);", "a.set(b);"),
        ("copy-small", "const a = new Uint8Array(48);", "a.copyWithin(0, 24);"),
        ("copy-overlapping", "const a = new Uint8Array(1e6);", "a.copyWithin(1, 0);"),
        ("fill", "const a = new Uint8Array(1e6);", "a.fill(1);"),
        ("fill-16m", "const a = new Uint8Array(16e6);", "a.fill(1);"),
        ("fill-64k", "const a = new Uint8Array(65536);", "a.fill(1);"),
        ("fill-4k", "const a = new Uint8Array(4096);", "a.fill(1);"),
        ("fill-small", "const a = new Uint8Array(48);", "a.fill(1);"),
        ("fill-doubles", "const a = new Float64Array(1e5);", "a.fill(1.5);"),
        ("buffers", "", "new ArrayBuffer(100000);"),
        ("buffers-large", "", "new ArrayBuffer(10000000);"),
        ("buffers-small", "", "new ArrayBuffer(64);"),
        ("buffers-slice", "const a = new ArrayBuffer(100000);", "a.slice(1);"),
        ("growth", "const a = [];", "a.push(new ArrayBuffer(65536));"),
        ("growth-of-array", "const a = [];", "for (let i = 0; i < 4096; i++) a.push(0.5);"),

        // Texts.
        ("strings", "let s = '';", "s += 'ab'; if (s.length > 10000) s = '';"),
        ("ropes", "let s = '', i = 0;", "for (let j = 0; j < 200; j++) s += i++; s.charCodeAt(3); s = '';"),
        ("prepend", "let s = '';", "s = 'ab' + s; if (s.length > 10000) s = '';"),
        ("substrings", "const s = 'abcdefgh'.repeat(1000); let i = 0;", "s.substring(i, i + 100); i = (i + 7) % 7000;"),
        ("slice-large", "const s = 'abcdefgh'.repeat(20000);", "s.slice(1);"),
        ("char-codes",
            "const s = 'abcdefgh'.repeat(1000); let i = 0, n = 0;",
            "n += s.charCodeAt(i); i = (i + 1) % 8000;"),
        ("index-of", "const s = 'a'.repeat(100000);", "s.indexOf('b');"),
        ("index-of-hard", "const s = 'a'.repeat(20000), t = 'a'.repeat(100) + 'b';", "s.indexOf(t);"),
        ("compare", "const a = 'a'.repeat(100000), b = 'a'.repeat(99999) + 'b';", "a < b;"),
        ("equal", "const a = 'a'.repeat(100000), b = 'a'.repeat(50000) + 'a'.repeat(50000);", "a === b;"),
        ("repeat", "", "'ab'.repeat(50000);"),
        ("pad", "", "'x'.padStart(100000, 'ab');"),
        ("upper", "const s = 'abcdefgh'.repeat(1000);", "s.toUpperCase();"),
        ("upper-unicode", "const s = '\\u00e9\\u0451\\u03b1'.repeat(1000);", "s.toUpperCase();"),
        ("normalise", "const s = '\\u0344\\u1e9b'.repeat(1000);", "s.normalize('NFKD');"),
        ("normalise-composed", "const s = 'e\\u0301'.repeat(1000);", "s.normalize('NFC');"),
        ("split-join", "const s = 'a,b,c,d,'.repeat(100);", "s.split(',').join(';');"),
        ("replace-all", "const s = 'a,b,c,d,'.repeat(100);", "s.replaceAll(',', ';');"),
        ("replace-by", "const s = 'a,b,c,d,'.repeat(100);", "s.replace(/[a-d]/g, (c) => c + c);"),
        ("uri", "const s = '\\u00e9 /?'.repeat(100);", "decodeURIComponent(encodeURIComponent(s));"),
        ("symbols-of-texts", "let i = 0;", "Symbol.for('k' + i++);"),
        ("template", "let i = 0;", "`${i++} and ${i}`;"),
        ("numbers-as-text", "let i = 0;", "(i++ * 1.2345e-7).toString();"),
        ("numbers-fixed", "let i = 0;", "(i++ * 1.2345e15).toFixed(20);"),
        ("numbers-precision", "let i = 0;", "(i++ * 1.2345e300).toPrecision(50);"),
        ("numbers-radix", "let i = 0;", "(i++ * 1.2345e-300).toString(7);"),
        ("parse-float", "", "parseFloat('1.7976931348623157081452742373170435e+308');"),
        ("parse-long", "const s = '1234567890'.repeat(50) + 'e-400';", "+s;"),
        ("json", "const o = [1, 'x', { a: [null, true] }];", "JSON.parse(JSON.stringify(o));"),
        ("json-parse", "const s = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i * 1.5));", "JSON.parse(s);"),
        ("json-stringify", "const o = Array.from({ length: 1000 }, (_, i) => ({ k: 'v' + i }));", "JSON.stringify(o);"),
        ("json-escapes", "const o = '\\u0001\"'.repeat(1000);", "JSON.stringify(o);"),
        ("regex", "", "/^(a+)+$/.test('aaaaaaaaaaaaaaaaab');"),
        ("regex-scan", "const s = 'a'.repeat(10000);", "/b/.test(s);"),
        ("regex-classes", "const s = '\\u00e9\\u0451'.repeat(1000);", "/^[\\p{L}]*$/u.test(s);"),
        ("regex-ignoring-case", "const s = 'aB\\u0451'.repeat(1000);", "/^[a-z\\u0430-\\u0451]*$/iu.test(s);"),
        ("regex-look-behind", "const s = 'a'.repeat(1000);", "/(?<=b.*)c/.test(s);"),
        ("regex-groups", "const s = 'abcabcabc'.repeat(20);", "/^(?:(a)|(b)|(c))*$/.exec(s);"),
        ("regex-compiling", "let i = 0;", "new RegExp('(a|b)*c{1,9}' + i++);"),

        // What waits for memory: pointers are followed in an order that no cache foresees.
        ("instanceof-far",
            "class A { } " + Shuffled(50000, "Object.create(null)", "Object.setPrototypeOf(a[p], a[q]);")
                + " const o = a[0];",
            "o instanceof A;"),
        ("prototype-chain-far",
            Shuffled(50000, "Object.create(null)", "Object.setPrototypeOf(a[p], a[q]);") + " const o = a[0];",
            "o.k;"),
        ("instanceof-many", "class A { } " + Chains(200) + " let k = 0;", "h[k++ % h.length] instanceof A;"),
        ("instanceof-many-short", "class A { } " + Chains(16) + " let k = 0;", "h[k++ % h.length] instanceof A;"),
        ("instanceof-many-three", "class A { } " + Chains(4) + " let k = 0;", "h[k++ % h.length] instanceof A;"),
        ("instanceof-in-large", "class A { } " + Chain(500) + Large, "o instanceof A;"),
        ("instanceof-longer", "class A { } " + Chain(2000) + Large, "o instanceof A;"),
        ("map-collisions", "const m = new Map(); for (let i = 0; i < 3000; i++) m.set(i * 2 ** 20, i); " + Large,
            "m.get(5e17);"),
        ("prototype-chain-many", Chains(200) + " let k = 0;", "h[k++ % h.length].k;"),
        ("linked-far", Shuffled(250000, "({ n: null })", "a[p].n = a[q];") + " let o = a[0];",
            "for (let i = 0; i < 100; i++) o = o.n;"),
        ("lists-far", Far(200000, "[i]"), Step("n += a[(x >>> 8) % 200000][0];")),
        ("texts-far", Far(200000, "'text' + i"), Step("n += a[(x >>> 8) % 200000].charCodeAt(4);")),
        ("texts-compared-far", Far(100000, "'text' + i"),
            Step("if (a[(x >>> 8) % 100000] < a[(x >>> 10) % 100000]) n++;")),
        ("closures-far", Far(100000, "() => i"), Step("n += a[(x >>> 8) % 100000]();")),
        ("bigints-far", Far(150000, "BigInt(i) << 70n"), Step("if (a[(x >>> 8) % 150000] === 5n) n++;")),
        ("floats-far", "const a = new Float64Array(1 << 22); let x = 1, n = 0;", Step("n += a[x >>> 10];")),
        ("properties-far", Far(200000, "({ a: i, b: 1 })"), Step("n += a[(x >>> 8) % 200000].b;")),
        ("maps-far", Far(30000, "new Map([[1, i]])"), Step("n += a[(x >>> 8) % 30000].get(1);")),
        ("map-of-objects", Far(60000, "({})") + " const m = new Map(a.map((o, i) => [o, i]));",
            Step("n += m.get(a[(x >>> 8) % 60000]);")),
        ("weak-map-read", Far(60000, "({})") + " const m = new WeakMap(a.map((o, i) => [o, i]));",
            Step("n += m.get(a[(x >>> 8) % 60000]);")),
        ("set-walk", "const s = new Set(Array.from({ length: 200000 }, (_, i) => i)); let n = 0;",
            "for (const k of s) n += k;"),
        ("sort-far",
            "let x = 1; "
                + "const a = Array.from({ length: 50000 }, () => ({ k: x = Math.imul(x, 1103515245) + 12345 | 0 }));",
            "a.toSorted((b, c) => b.k - c.k);"),
        ("garbage-far", Shuffled(200000, "({ n: null })", "a[p].n = a[q];"),
            "for (let i = 0; i < 100; i++) { const b = {}; b.b = b; }"),
        ("copy-64k-far", "const a = new Uint8Array(1 << 25); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; a.copyWithin(x >>> 7 & 0x1FE0000, x >>> 5 & 0x1FE0000, "
                + "(x >>> 5 & 0x1FE0000) + 65536);"),
        ("copy-4k-far", "const a = new Uint8Array(1 << 25); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; a.copyWithin(x >>> 7 & 0x1FFE000, x >>> 5 & 0x1FFE000, "
                + "(x >>> 5 & 0x1FFE000) + 4096);"),
        ("fill-4k-far", "const a = new Uint8Array(1 << 25); let x = 1;",
            "x = Math.imul(x, 1103515245) + 12345 | 0; a.fill(1, x >>> 7 & 0x1FFE000, (x >>> 7 & 0x1FFE000) + 4096);"),
        ("slices-far", "const a = 'abcdefgh'.repeat(1 << 21); let x = 1, n = 0;",
            Step("n += a.slice(x >>> 9, (x >>> 9) + 40).length;")),

        // Numbers.
        ("bigint", "let a = (1n << 20000n) - 1n;", "a * a;"),
        ("bigint-huge", "let a = (1n << 500000n) - 1n;", "a * a;"),
        ("bigint-small", "let a = 3n;", "a = (a * 6364136223846793005n + 1n) & 0xFFFFFFFFFFFFFFFFn;"),
        ("bigint-256", "const p = (1n << 255n) - 19n; let a = 3n;", "a = (a * a + 5n) % p;"),
        ("bigint-add", "let a = (1n << 20000n) - 1n;", "a + a;"),
        ("bigint-division", "let a = (1n << 20000n) - 1n, b = (1n << 10000n) - 17n;", "a / b;"),
        ("bigint-small-division", "let a = (1n << 20000n) - 1n;", "a / 10n;"),
        ("bigint-power", "", "7n ** 5000n;"),
        ("bigint-shift", "let a = (1n << 20000n) - 1n;", "a >> 3n;"),
        ("bigint-as-text", "let a = (1n << 5000n) - 1n;", "a.toString();"),
        ("bigint-as-hex", "let a = (1n << 50000n) - 1n;", "a.toString(16);"),
        ("bigint-from-text", "const s = '9'.repeat(1500);", "BigInt(s);"),
        ("bigint-masked", "let a = (1n << 20000n) - 1n;", "BigInt.asIntN(9999, a);"),
        ("sine", "let i = 0;", "Math.sin(i++ * 1.7);"),
        ("sine-large", "let i = 1;", "Math.sin(i++ * 1e300);"),
        ("power", "let i = 1;", "Math.pow(i++, 0.37);"),
        ("exponentials", "let i = 1;", "Math.exp(Math.log(i++));"),
        ("hypotenuse", "let i = 1;", "Math.hypot(i++, 3, 4, 5);"),
        ("square-roots", "let x = 2;", "x = Math.sqrt(x) + 1.5;"),
        ("float-division", "let x = 2;", "x = 1.000001 / x + 0.5;"),
        ("float-remainder", "let x = 2;", "x = (x * 1e300) % 3.3 + 1;"),
        ("integer-remainder", "let i = 1;", "i = (i * 7 + 3) % 1000003;"),
        ("float-chain", "let x = 1.5;", "x = x * 1.0000001 + 0.1 - x * 0.5;"),
        ("dates", "let i = 0;", "new Date(i++ * 86400000).toISOString();"),
        ("date-parse", "", "Date.parse('2026-11-21T17:00:00Z');"),
        ("date-fields", "let i = 0;", "const d = new Date(i++ * 1e9); d.setMonth(d.getMonth() + 1);"),
    ];

    // Makes the memory large, and is used for nothing.
    private const string Large = "const unused = new Uint8Array(4000000);";

    // A list of things, each linked to another so that one way leads through all of them.
    private static string Shuffled(int count, string thing, string link) =>
        $"const a = Array.from({{ length: {count} }}, () => {thing}); let p = 0; "
            + $"for (let i = 1; i < {count}; i++) {{ const q = (p + {(count / 2) + 12347}) % {count}; {link} p = q; }}";

    // Chains of so many prototypes, none near the next: the heads lie in h. No chain is long, but all together are.
    private static string Chains(int length) => "const h = []; " + Shuffled(
        50000, "Object.create(null)", $"if (i % {length} !== 0) Object.setPrototypeOf(a[p], a[q]); else h.push(a[q]);");

    private static string Chain(int length) =>
        $"let o = {{}}; for (let i = 0; i < {length}; i++) o = Object.create(o); ";

    private static string Far(int count, string thing) =>
        $"const a = Array.from({{ length: {count} }}, (_, i) => {thing}); let x = 1, n = 0;";

    private static string Step(string body) => "x = Math.imul(x, 1103515245) + 12345 | 0; " + body;

    private static string Scatter(int bits) => $"const a = new Int32Array({1 << bits}); let x = 1;";

    private static string ScatterBody(int bits) => $"x = (x * 5 + 12345) & {(1 << bits) - 1}; a[x]++;";
}
