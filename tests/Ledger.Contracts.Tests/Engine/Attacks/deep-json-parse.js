JSON.parse('['.repeat(500000));
