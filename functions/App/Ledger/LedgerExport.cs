using System.Text;
using System.Text.Json;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Ledgers.Export;

namespace Marquee.App.Ledger;

/// <summary>A way to write a whole journal to somebody else's program.</summary>
internal sealed class LedgerExport
{
    private static readonly LedgerExport[] All =
    [
        new("csv", "csv", "text/csv; charset=utf-8", (text, _) => text.Write(LedgerCsv.Header), LedgerCsv.Write),
        new("jsonl", "jsonl", "application/jsonl", (_, _) => { }, (text, recorded) => text.Write(JsonSerializer.Serialize(recorded, ContractJson.Options) + "\n")),
        new("hledger", "journal", "text/plain; charset=utf-8", HledgerJournal.WriteHeader, HledgerJournal.Write),
    ];

    private readonly string _name;
    private readonly Action<TextWriter, IEnumerable<Currency>> _begin;
    private readonly Action<TextWriter, RecordedPosting> _write;

    private LedgerExport(string name, string extension, string contentType, Action<TextWriter, IEnumerable<Currency>> begin, Action<TextWriter, RecordedPosting> write) =>
        (_name, Extension, ContentType, _begin, _write) = (name, extension, contentType, begin, write);

    public static IEnumerable<string> Formats => All.Select(format => format._name);

    public string Extension { get; }

    public string ContentType { get; }

    public static LedgerExport? Find(string name) => Array.Find(All, format => format._name == name);

    /// <summary>Writes posting by posting: a server's stream takes no synchronous writes, so each is put together first.</summary>
    public async Task WriteAsync(Stream stream, IAsyncEnumerable<RecordedPosting> journal, IEnumerable<Currency> currencies, CancellationToken cancellationToken)
    {
        await using var output = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        using var text = new StringWriter { NewLine = "\n" };
        _begin(text, currencies);
        await foreach (var recorded in journal)
        {
            _write(text, recorded);
            await output.WriteAsync(text.GetStringBuilder(), cancellationToken);
            text.GetStringBuilder().Clear();
        }

        await output.WriteAsync(text.GetStringBuilder(), cancellationToken);
    }
}
