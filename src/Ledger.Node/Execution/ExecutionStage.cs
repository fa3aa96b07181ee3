using Ledger.Contracts.Engine;
using Ledger.Node.Hosting;

namespace Ledger.Node.Execution;

/// <summary>Gives <see cref="ExecutionCore"/> a thread of its own, which waits for the disk.</summary>
internal sealed class ExecutionStage : IAsyncDisposable
{
    private const int QueueCapacity = 4096;

    private readonly ExecutionCore _core;
    private readonly StageThread<ExecutionRequest> _thread;
    private readonly Func<bool> _moreWaits;
    private IExecutionListener? _listener;

    public ExecutionStage(ExecutionCore core)
    {
        _core = core;
        // Contracts run on this thread and may call as deep as their limits allow. Memory is taken as it is used.
        _thread = new StageThread<ExecutionRequest>(
            "ledger-execution", QueueCapacity, 1, Process, ScriptLimits.ThreadStackBytes);
        _moreWaits = () => _thread.HasWaiting;
    }

    /// <summary>Faulted when the stage failed: the node must stop.</summary>
    public Task Completion => _thread.Completion;

    public void Start(IExecutionListener listener)
    {
        _listener = listener;
        _thread.Start();
        _thread.Add(LookForDueCalls.Instance);
    }

    /// <summary>Queues a request; false when the stage is closed.</summary>
    public bool Request(ExecutionRequest request) => _thread.Add(request);

    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _core.Dispose();
    }

    private void Process(List<ExecutionRequest> requests)
    {
        foreach (var request in requests) _core.Process(request, _listener!, _moreWaits);
    }
}
