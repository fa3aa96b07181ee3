using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ledger.Contracts.Runtime;

namespace Ledger.Contracts.Tests.Runtime;

public sealed class JournalTests
{
    [Fact]
    public void Any_sequence_of_writes_savepoints_and_returns_equals_a_copied_dictionary() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Key, byte Action)[]>(), steps =>
        {
            var ledger = new MemoryLedger();
            foreach (var key in new byte[] { 1, 3, 5, 40 }) ledger.Put("s", new[] { key }, new[] { key });
            var journal = new Journal(ledger, 1000);
            var model = new SortedDictionary<byte, byte> { [1] = 1, [3] = 3, [5] = 5, [40] = 40 };
            var saved = new Stack<(int Mark, SortedDictionary<byte, byte> Model)>();
            foreach (var (key, action) in steps ?? [])
            {
                switch (action % 6)
                {
                    case 0 or 1:
                        journal.TryWrite("s", new[] { key }, new[] { action });
                        model[key] = action;
                        break;
                    case 2:
                        journal.TryWrite("s", new[] { key }, null);
                        model.Remove(key);
                        break;
                    case 3:
                        saved.Push((journal.Mark, new SortedDictionary<byte, byte>(model)));
                        break;
                    case 4 when saved.Count > 0:
                        var (mark, before) = saved.Pop();
                        journal.Revert(mark);
                        model = before;
                        break;
                }

                if (!Same(journal, model)) return false;
            }

            foreach (var write in journal.Writes()) ledger.Put(write.Space, write.Key, write.Value);
            return Same(new Journal(ledger, 0), model);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Writes_come_out_once_each_in_order_without_what_was_never_there()
    {
        var ledger = new MemoryLedger();
        ledger.Put("b", Bytes("old"), Bytes("1"));
        var journal = new Journal(ledger, 1000);
        foreach (var (space, key, value) in new[]
        {
            ("b", "z", "1"), ("a", "k", "1"), ("b", "a", "1"), ("b", "z", "2"), ("b", "gone", "1"), ("b", "gone", null),
            ("b", "old", null), ("a", "é", "1"), ("a", "kk", "1"),
        })
        {
            Assert.True(journal.TryWrite(space, Bytes(key), value is null ? (ReadOnlyMemory<byte>?)null : Bytes(value)));
        }

        Assert.Equal(
            ["a/k=1", "a/kk=1", "a/é=1", "b/a=1", "b/old=", "b/z=2"],
            journal.Writes().Select(w => $"{w.Space}/{Text(w.Key)}={(w.Value is { } v ? Text(v) : "")}"));
    }

    [Fact]
    public void Keys_beyond_the_bound_are_not_written()
    {
        var journal = new Journal(new MemoryLedger(), 2);

        Assert.True(journal.TryWrite("s", Bytes("a"), Bytes("1")));
        var mark = journal.Mark;
        Assert.True(journal.TryWrite("s", Bytes("b"), Bytes("1")));
        Assert.False(journal.TryWrite("s", Bytes("c"), Bytes("1")));
        Assert.True(journal.TryWrite("s", Bytes("b"), Bytes("2")));
        Assert.Equal(2, journal.Count);
        journal.Revert(mark);
        Assert.True(journal.TryWrite("s", Bytes("c"), Bytes("1")));
    }

    private static bool Same(Journal journal, SortedDictionary<byte, byte> model)
    {
        var rows = new List<(byte Key, byte Value)>();
        journal.Scan("s", default, null, (key, value) =>
        {
            if (value is { } bytes) rows.Add((key.Span[0], bytes.Span[0]));
            return true;
        });
        var after = new List<byte>();
        journal.Scan("s", default, new byte[] { 5 }, (key, value) =>
        {
            if (value is not null) after.Add(key.Span[0]);
            return true;
        });
        return rows.SequenceEqual(model.Select(m => (m.Key, m.Value)))
            && after.SequenceEqual(model.Keys.Where(k => k > 5))
            && model.All(m => journal.Read("s", new[] { m.Key }) is { } value && value.Span[0] == m.Value);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
