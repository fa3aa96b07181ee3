// expects "a_\\n_c1,2|multi\nline|nnested 2|1"
const tag = (parts, ...values) => parts.raw.join('_') + values.join(); const same = new Set(); const once = () => ((p) => same.add(p))`x`; once(); once();
[tag`a${1}\n${2}c`, `multi
line`, `n${`nested ${1 + 1}`}`, same.size].join('|');
