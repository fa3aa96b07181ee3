let n = 0; const f = () => { try { f(); } catch { n++; f(); } }; f(); n;
