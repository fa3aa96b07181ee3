let n = 0; const f = () => { try { f(); } catch (e) { n++; } finally { f(); } }; try { f(); } catch { } n;
