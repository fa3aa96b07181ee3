using System.Diagnostics;
using Ledger.Core.Blocks;
using Ledger.Core.Evidence;
using Ledger.Core.Transactions;
using Ledger.Node.Admission;
using Ledger.Node.Execution;
using Ledger.Node.Hosting;
using Ledger.Storage;
using Ledger.Testing.Builders;

namespace Ledger.Benchmarks.Load;

/// <summary>
/// The execution stage alone, as a node runs it: blocks of checked transactions through the executor into a database on
/// disk, each synced. Shows what a record costs a node beyond consensus and network.
/// </summary>
internal sealed class ExecutionBenchmark(TimeSpan duration, int transactions = 32, int recordsEach = 100)
{
    private const string Member = "org-a";
    private const string Role = "platform";
    private const int FillRecords = 200_000;

    /// <summary>What was measured.</summary>
    /// <param name="RecordsPerSecond">Throughput of the execution thread, waiting for the disk included.</param>
    /// <param name="MicrosecondsPerRecord">Processor time of the whole process a record, background work included.</param>
    /// <param name="AllocatedPerRecord">Managed bytes allocated a record.</param>
    internal sealed record Result(double RecordsPerSecond, double MicrosecondsPerRecord, double AllocatedPerRecord);

    public Result Run()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-bench").FullName;
        try
        {
            var genesis = A.Genesis();
            using var store = LedgerStore.Open(new StorageOptions { Path = Path.Combine(folder, "chain") }, genesis);
            Recovery.EnsureGenesis(store);
            var head = store.Live.Blocks.Header(store.Watermark!.Height)!;
            var rules = new TransactionRules(genesis);
            var executor = new BlockExecutor(
                genesis, rules, new StoredState(store, new MemberDirectory(genesis.Members)), head.Header, head.Hash,
                Recovery.Log(store));
            var records = new SampleRecords("execution");
            var filled = 0L;
            while (filled < FillRecords) filled += Execute(store, executor, Make(executor, records));

            // Making transactions signs and encodes, which is the client's work: outside what is measured.
            var (done, wall, processor, allocated) = (0L, TimeSpan.Zero, TimeSpan.Zero, 0L);
            while (wall < duration)
            {
                var block = Make(executor, records);
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                var bytes = GC.GetTotalAllocatedBytes();
                var start = Stopwatch.GetTimestamp();
                done += Execute(store, executor, block);
                wall += Stopwatch.GetElapsedTime(start);
                allocated += GC.GetTotalAllocatedBytes() - bytes;
                processor += Process.GetCurrentProcess().TotalProcessorTime - before;
            }

            return new Result(
                done / wall.TotalSeconds, processor.TotalMicroseconds / done, (double)allocated / done);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ProposedBlock Make(BlockExecutor executor, SampleRecords records)
    {
        var genesis = A.Genesis();
        var block = new List<CheckedTransaction>(transactions);
        for (var i = 0; i < transactions; i++)
        {
            EvidenceRecord[] batch = [.. Enumerable.Range(0, recordsEach).Select(_ => records.Next() with { Role = Role })];
            var signed = A.Transaction(genesis, Member, batch);
            if (!EvidenceBody.TryDecode(signed.Content.Body, out var body, out var verdict))
                throw new InvalidOperationException(verdict.ToString());
            block.Add(new CheckedTransaction(signed, body));
        }

        return new ProposedBlock(
            executor.Head.Height.Next, new Timestamp(A.Start.UnixMilliseconds + executor.Head.Height.Value),
            new Epoch(0), new ValidatorIndex(0), block);
    }

    private static long Execute(LedgerStore store, BlockExecutor executor, ProposedBlock proposed)
    {
        var block = executor.Execute(proposed);
        store.Commit(block.Commit);
        executor.Advance(block);
        var refused = block.Commit.Block.Results.Count(r => r.Refusal != Refusal.None);
        if (refused > 0) throw new InvalidOperationException($"{refused} transactions were refused");
        return block.Commit.Leaves.Count;
    }
}
