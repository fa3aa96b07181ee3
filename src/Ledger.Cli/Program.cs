using Ledger.Cli;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first time the command ends in an orderly way; the second time the process ends.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};
var host = new CliHost
{
    Out = Console.Out,
    Error = Console.Error,
    Folder = Environment.CurrentDirectory,
    IsInteractive = !Console.IsErrorRedirected,
    OutIsTerminal = !Console.IsOutputRedirected,
    Width = Console.IsOutputRedirected ? int.MaxValue : Math.Max(40, Console.WindowWidth),
};
return await LedgerCommand.RunAsync(args, host, stop.Token);
