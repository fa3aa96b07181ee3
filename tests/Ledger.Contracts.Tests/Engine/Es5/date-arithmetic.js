var d = new Date(Date.UTC(2020, 1, 28)); d.setUTCDate(d.getUTCDate() + 2); [d.toISOString(), d.getTime(), d.getUTCDay()].join();
