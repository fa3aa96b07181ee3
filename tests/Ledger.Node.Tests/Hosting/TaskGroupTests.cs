using Ledger.Node.Hosting;

namespace Ledger.Node.Tests.Hosting;

public sealed class TaskGroupTests
{
    [Fact]
    public async Task A_loop_that_fails_ends_the_others_and_is_what_comes_out()
    {
        var ended = false;

        await Assert.ThrowsAsync<InvalidOperationException>(() => TaskGroup.RunAsync(
            [
                async stop =>
                {
                    try
                    {
                        await new TaskCompletionSource().Task.WaitAsync(stop);
                    }
                    finally
                    {
                        ended = true;
                    }
                },
                _ => throw new InvalidOperationException("broken"),
            ],
            CancellationToken.None));

        Assert.True(ended);
    }

    [Fact]
    public async Task Cancelling_ends_all()
    {
        using var stop = new CancellationTokenSource();
        var running = TaskGroup.RunAsync([Forever, Forever], stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        static Task Forever(CancellationToken stop) => new TaskCompletionSource().Task.WaitAsync(stop);
    }
}
