using Ledger.Storage.Tests.Support;

namespace Ledger.Storage.Tests;

/// <summary>The child process of the crash tests: does one job on a database until it is killed.</summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        [var role, var directory] => ChildRoles.Run(role, directory),
        _ => 64,
    };
}
