var log = []; function f() { try { log.push('t'); throw new TypeError('m'); } catch (e) { log.push(e.name + e.message); return 'c'; } finally { log.push('f'); } }
log.push(f()); try { null.x; } catch (e) { log.push(e instanceof TypeError); } log.join();
