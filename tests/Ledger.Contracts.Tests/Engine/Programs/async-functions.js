// expects "start1|start2|start3|got1|end1|got2|end2|got3|end3|1,two,3|any|race|AggregateError|1|v1|v2"
const log = []; const wait = (v) => Promise.resolve(v);
async function work(n) { log.push('start' + n); try { const v = await wait(n); log.push('got' + v); if (n === 2) throw new Error('two'); return v; } finally { log.push('end' + n); } }
(async () => { const results = await Promise.allSettled([work(1), work(2), work(3)]); log.push(results.map((r) => r.value ?? r.reason.message).join());
  log.push(await Promise.any([Promise.reject(1), wait('any')]), await Promise.race([wait('race'), wait('x')]));
  try { await Promise.any([Promise.reject(1)]); } catch (e) { log.push(e.constructor.name, e.errors.join()); }
  for await (const v of (async function* () { yield 1; yield wait(2); })()) log.push('v' + v); return log.join('|'); })();
