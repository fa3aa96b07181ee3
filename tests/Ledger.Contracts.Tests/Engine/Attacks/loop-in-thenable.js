(async () => { for (;;) await { then(done) { done(); } }; })();
