using Marquee.EdgeSync.Storage;
using Microsoft.Data.Sqlite;

namespace Marquee.EdgeSync.Tests.Storage;

public sealed class EdgeStoreTests : IDisposable
{
    private static readonly SchemaStep Notes = new("test/1", "CREATE TABLE notes(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
    private static readonly SchemaStep Marks = new("test/2", "ALTER TABLE notes ADD COLUMN mark INTEGER NOT NULL DEFAULT 7");

    private readonly TempFolder _folder = new();

    private string StorePath => _folder.File("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_written_is_there_after_reopening()
    {
        await using (var store = EdgeStore.Open(StorePath, [Notes]))
            await store.WriteAsync(tx => Add(tx, "kept"), TestContext.Current.CancellationToken);
        await using var again = EdgeStore.Open(StorePath, [Notes]);
        Assert.Equal(["kept"], Texts(again));
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing_and_the_rest_of_its_commit_untouched()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        using var hold = new ManualResetEventSlim();
        // The first piece keeps the writer busy while the others queue up behind it and share a commit.
        var first = store.WriteAsync(_ => hold.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var good = store.WriteAsync(tx => Add(tx, "good"), TestContext.Current.CancellationToken);
        var bad = store.WriteAsync(
            tx =>
            {
                Add(tx, "bad");
                throw new InvalidOperationException("changed its mind");
            },
            TestContext.Current.CancellationToken);
        var alsoGood = store.WriteAsync(tx => Add(tx, "also good"), TestContext.Current.CancellationToken);
        hold.Set();
        await Task.WhenAll(first, good, alsoGood);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.Equal(["good", "also good"], Texts(store));
    }

    [Fact]
    public async Task What_the_writer_remembers_of_work_that_is_undone_is_forgotten()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        using var hold = new ManualResetEventSlim();
        var first = store.WriteAsync(_ => hold.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var good = store.WriteAsync(tx => tx.Memory.Of<List<string>>().Add("good"), TestContext.Current.CancellationToken);
        var bad = store.WriteAsync(
            tx =>
            {
                tx.Memory.Of<List<string>>().Add("bad");
                throw new InvalidOperationException("changed its mind");
            },
            TestContext.Current.CancellationToken);
        var after = store.WriteAsync(tx => tx.Memory.Of<List<string>>().ToArray(), TestContext.Current.CancellationToken);
        hold.Set();
        await Task.WhenAll(first, good);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad);
        Assert.DoesNotContain("bad", await after);
        await store.WriteAsync(tx => tx.Memory.Of<List<string>>().Add("kept"), TestContext.Current.CancellationToken);
        Assert.Contains("kept", await store.WriteAsync(tx => tx.Memory.Of<List<string>>().ToArray(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Values_of_every_kind_come_back_as_they_were_given()
    {
        var kinds = new SchemaStep("test/kinds", "CREATE TABLE kinds(a TEXT, b TEXT, c INTEGER, d INTEGER, e INTEGER, f BLOB, g BLOB, h TEXT, i REAL) STRICT");
        await using var store = EdgeStore.Open(StorePath, [kinds]);
        var text = string.Concat(Enumerable.Repeat("Weserstraße ✓ ", 50));
        const string sql = "INSERT INTO kinds VALUES($a, $b, $c, $d, $e, $f, $g, $h, $i)";
        // The last is of a type that only the driver knows, so both ways of binding are taken.
        foreach (var real in (object?[])[null, 1.5])
        {
            await store.WriteAsync(
                tx => tx.Execute(sql, ("$i", real), ("$a", text), ("$b", ""), ("$c", long.MinValue), ("$d", 7), ("$e", true), ("$f", new byte[] { 1, 2 }), ("$g", Array.Empty<byte>()), ("$h", null)),
                TestContext.Current.CancellationToken);
        }

        var rows = store.Read(r => r.Query(
            "SELECT a, b, c, d, e, f, g, h, i, typeof(b), typeof(g), typeof(h), typeof(i) FROM kinds ORDER BY rowid",
            row =>
            {
                Assert.Equal((text, "", long.MinValue, 7, 1), (row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));
                Assert.Equal([1, 2], (byte[])row.GetValue(5));
                Assert.Empty((byte[])row.GetValue(6));
                return $"{row.GetString(9)} {row.GetString(10)} {row.GetString(11)} {row.GetString(12)}";
            }));
        Assert.Equal(["text blob null null", "text blob null real"], rows);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_refused()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(
            tx => tx.Execute("INSERT INTO notes(id, text) VALUES($id, $text)", ("$text", "a")), TestContext.Current.CancellationToken));
        Assert.Empty(Texts(store));
    }

    [Fact]
    public async Task Committed_actions_run_only_when_the_work_is_kept()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        var heard = new List<string>();
        await store.WriteAsync(tx => tx.OnCommitted(() => heard.Add("kept")), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(
            tx =>
            {
                tx.OnCommitted(() => heard.Add("lost"));
                throw new InvalidOperationException();
            },
            TestContext.Current.CancellationToken));
        await store.WriteAsync(_ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(["kept"], heard);
    }

    [Fact]
    public async Task A_full_store_fails_the_work_and_serves_again_once_there_is_room()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes], maxBytes: 96 * 1024);
        var error = await Assert.ThrowsAsync<SqliteException>(() => store.WriteAsync(
            tx => Add(tx, new string('x', 400_000)), TestContext.Current.CancellationToken));
        Assert.Equal(13, error.SqliteErrorCode);
        await store.WriteAsync(tx => Add(tx, "small"), TestContext.Current.CancellationToken);
        Assert.Equal(["small"], Texts(store));
    }

    [Fact]
    public async Task A_newer_schema_is_added_to_an_older_file()
    {
        await using (var store = EdgeStore.Open(StorePath, [Notes]))
            await store.WriteAsync(tx => Add(tx, "old"), TestContext.Current.CancellationToken);
        await using var again = EdgeStore.Open(StorePath, [Notes, Marks]);
        Assert.Equal(7, again.Read(r => r.Number("SELECT mark FROM notes")));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        await using (EdgeStore.Open(StorePath, [Notes, Marks]))
        {
        }

        var error = Assert.Throws<EdgeStoreException>(() => EdgeStore.Open(StorePath, [Notes]));
        Assert.Contains("newer version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_process_is_refused_while_the_first_has_the_store()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        var error = Assert.Throws<EdgeStoreException>(() => EdgeStore.Open(StorePath, [Notes]));
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_by_name()
    {
        await using (var store = EdgeStore.Open(StorePath, [Notes]))
        {
            for (var i = 0; i < 200; i++) await store.WriteAsync(tx => Add(tx, new string('y', 500)), TestContext.Current.CancellationToken);
        }

        var bytes = await File.ReadAllBytesAsync(StorePath, TestContext.Current.CancellationToken);
        bytes.AsSpan(5000, bytes.Length - 6000).Fill(0xA5);
        await File.WriteAllBytesAsync(StorePath, bytes, TestContext.Current.CancellationToken);
        var error = Assert.Throws<EdgeStoreException>(() => EdgeStore.Open(StorePath, [Notes]));
        Assert.Contains(StorePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_writers_at_once_all_get_their_commit()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        await Parallel.ForAsync(0, 500, TestContext.Current.CancellationToken, async (i, token) => await store.WriteAsync(tx => Add(tx, $"{i}"), token));
        Assert.Equal(500, Texts(store).Distinct().Count());
    }

    [Fact]
    public async Task A_query_may_be_asked_again_while_its_rows_are_read()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        await store.WriteAsync(tx => Add(tx, "a"), TestContext.Current.CancellationToken);
        await store.WriteAsync(tx => Add(tx, "b"), TestContext.Current.CancellationToken);
        const string sql = "SELECT text FROM notes WHERE text<>$not ORDER BY text";
        var pairs = store.Read(r => r.Query(sql, row => row.GetString(0) + string.Concat(r.Query(sql, other => other.GetString(0), ("$not", row.GetString(0)))), ("$not", "")));
        Assert.Equal(["ab", "ba"], pairs);
    }

    [Fact]
    public async Task A_reader_that_fails_leaves_the_next_one_a_fresh_view()
    {
        await using var store = EdgeStore.Open(StorePath, [Notes]);
        Assert.Throws<InvalidOperationException>(() => store.Read<int>(_ => throw new InvalidOperationException()));
        Assert.Throws<SqliteException>(() => store.Read(r => r.Number("SELECT nothing FROM nowhere")));
        await store.WriteAsync(tx => Add(tx, "written since"), TestContext.Current.CancellationToken);
        Assert.Equal(1, store.Read(r => r.Number("SELECT count(*) FROM notes")));
    }

    private static void Add(EdgeTransaction tx, string text) => tx.Execute("INSERT INTO notes(text) VALUES($text)", ("$text", text));

    private static IReadOnlyList<string> Texts(EdgeStore store) => store.Read(r => r.Query("SELECT text FROM notes ORDER BY id", row => row.GetString(0)));
}
