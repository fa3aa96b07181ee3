using Ledger.Network;
using Ledger.Simulation.World;
using Ledger.Storage;

namespace Ledger.Simulation.Nodes;

/// <summary>Requests of the sync protocol over the simulated network, and their answers.</summary>
internal static class SimRequests
{
    /// <summary>
    /// Asks a peer; <paramref name="done"/> hears null when no answer comes in time, and always exactly once.
    /// </summary>
    public static void Ask(
        SimWorld world, SimNode from, PeerId to, ReadOnlyMemory<byte> request, int timeoutMs,
        Action<ReadOnlyMemory<byte>?> done)
    {
        var isOver = false;
        void End(ReadOnlyMemory<byte>? answer)
        {
            if (isOver) return;
            isOver = true;
            done(answer);
        }

        var self = from.Peer;
        var machine = world.Keys.MachineOf(to);
        world.After(timeoutMs, () => End(null));
        world.Network.Send(from.Index, machine, Lane.Request, request, 0, () =>
        {
            if (world.Reach(to, self) is not { } peer)
            {
                // There is no connection, and who asks is told so at once.
                world.After(1, () => End(null));
                return;
            }

            ReadOnlyMemory<byte> answer;
            try
            {
                answer = peer.Answer(self, request);
            }
            catch (StorageException failure) when (!world.Nodes[machine].IsHonest)
            {
                // The product refuses the request and logs why.
                world.Trace($"node {machine} cannot answer: {failure.Message}");
                return;
            }

            world.Network.Send(machine, from.Index, Lane.Answer, answer, 0, () => End(answer));
        });
    }
}
