using Ledger.Client.Outbox;

namespace Ledger.Client.Subscribe;

/// <summary>Keeps a checkpoint in a file, which is replaced as a whole.</summary>
/// <remarks>Not thread-safe; one subscription owns it.</remarks>
/// <param name="path">The file, in a folder that exists.</param>
public sealed class FileCheckpointStore(string path) : ICheckpointStore
{
    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public async ValueTask<SubscriptionCheckpoint?> LoadAsync(CancellationToken cancellation)
    {
        if (!File.Exists(path)) return null;
        var text = await File.ReadAllTextAsync(path, cancellation);
        return SubscriptionCheckpoint.TryParse(text.TrimEnd('\n'), out var checkpoint)
            ? checkpoint
            : throw new InvalidDataException($"{path} holds no checkpoint; delete it to begin with the first block");
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(SubscriptionCheckpoint checkpoint, CancellationToken cancellation)
    {
        var next = path + ".new";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(checkpoint + "\n"), cancellation);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
        DurableFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
