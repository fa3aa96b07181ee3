namespace Ledger.Client.Subscribe;

/// <summary>Keeps the checkpoint of one subscription.</summary>
public interface ICheckpointStore
{
    /// <summary>The checkpoint; null when there is none yet, and the subscription starts with the first block.</summary>
    ValueTask<SubscriptionCheckpoint?> LoadAsync(CancellationToken cancellation);

    /// <summary>Keeps a checkpoint; durable when the task ends.</summary>
    ValueTask SaveAsync(SubscriptionCheckpoint checkpoint, CancellationToken cancellation);
}
