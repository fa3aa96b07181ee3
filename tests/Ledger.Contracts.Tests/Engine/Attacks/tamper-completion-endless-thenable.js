({ get then() { return (done) => done(this); } });
