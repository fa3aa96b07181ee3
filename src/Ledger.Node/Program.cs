Console.WriteLine("ledger-node");
