using System.Globalization;
using Ledger.Benchmarks.Load;

if (args is ["load", var consortium, ..])
{
    int Option(string name, int otherwise)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
    }

    var result = await new LoadGenerator(new LoadOptions
    {
        Consortium = consortium,
        RecordsPerTransaction = Option("--records", 1),
        InFlight = Option("--in-flight", 256),
        Rate = Option("--rate", 0),
        Duration = TimeSpan.FromSeconds(Option("--seconds", 15)),
        WarmUp = TimeSpan.FromSeconds(Option("--warm-up", 5)),
    }).RunAsync(CancellationToken.None).ConfigureAwait(false);
    Console.WriteLine(result);
    return result.Failures == 0 ? 0 : 1;
}

Console.Error.WriteLine("usage: load FOLDER [--records N] [--in-flight N] [--rate N] [--seconds N] [--warm-up N]");
return 2;
