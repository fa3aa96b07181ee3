namespace Ledger.Client.Tests.Import;

/// <summary>What stands for kill -9 in these tests.</summary>
internal sealed class SimulatedCrashException : Exception;

/// <summary>A file whose nth write puts down only a part of its bytes, and then everything stops.</summary>
internal sealed class CrashingStream(string path, int crashAt, int part)
    : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 0)
{
    private int _writes;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _writes++;
        if (_writes > crashAt) throw new SimulatedCrashException();
        if (_writes < crashAt)
        {
            base.Write(buffer);
            return;
        }

        base.Write(buffer[..(buffer.Length * part / 100)]);
        throw new SimulatedCrashException();
    }
}
