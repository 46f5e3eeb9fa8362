using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>A PoP's terminal as its gateway last told of it.</summary>
public sealed record TerminalRecord(
    string PopId, string TerminalId, string? Name, string? Serial, string? Model, string? Firmware, string? RevokedBecause, DateTimeOffset ToldAt);

/// <summary>Requests of a terminal that its gateway never saw.</summary>
public sealed record TerminalGapRecord(string PopId, TerminalSequenceGap Gap, DateTimeOffset ToldAt);

/// <summary>The terminals of the PoPs and the gaps in what they counted. Facts come in order, and each may come twice.</summary>
public sealed class TerminalRegister(MarqueeTables tables)
{
    private const string Terminals = "_terminals";
    private const string Gaps = "_terminal_gaps";

    public Task PutAsync(EdgeFact fact, TerminalPaired paired, CancellationToken cancellationToken) => PutAsync(
        new(fact.PopId, paired.TerminalId, paired.Name, paired.Serial, paired.Model, paired.Firmware, RevokedBecause: null, fact.OccurredAt), cancellationToken);

    public async Task PutAsync(EdgeFact fact, TerminalChanged changed, CancellationToken cancellationToken) => await PutAsync(
        await FindAsync(fact, changed.TerminalId, cancellationToken) with { Serial = changed.Serial, Model = changed.Model, Firmware = changed.Firmware },
        cancellationToken);

    public async Task PutAsync(EdgeFact fact, TerminalRevoked revoked, CancellationToken cancellationToken) =>
        await PutAsync(await FindAsync(fact, revoked.TerminalId, cancellationToken) with { RevokedBecause = revoked.Reason }, cancellationToken);

    public Task PutAsync(EdgeFact fact, TerminalSequenceGap gap, CancellationToken cancellationToken) => tables.Venues.PutAsync(
        Rows.Of(Gaps, $"{fact.PopId}|{gap.TerminalId}|{gap.First:D15}", new TerminalGapRecord(fact.PopId, gap, fact.OccurredAt)), cancellationToken);

    public Task<IReadOnlyList<TerminalRecord>> OfAsync(string popId, CancellationToken cancellationToken) =>
        tables.Venues.ReadAllAsync<TerminalRecord>(Terminals, $"{popId}|", cancellationToken);

    public Task<IReadOnlyList<TerminalGapRecord>> GapsOfAsync(string popId, CancellationToken cancellationToken) =>
        tables.Venues.ReadAllAsync<TerminalGapRecord>(Gaps, $"{popId}|", cancellationToken);

    private async Task<TerminalRecord> FindAsync(EdgeFact fact, string terminalId, CancellationToken cancellationToken)
    {
        var known = await tables.Venues.FindAsync(Terminals, Key(fact.PopId, terminalId), cancellationToken);
        return (known?.Read<TerminalRecord>() ?? new(fact.PopId, terminalId, null, null, null, null, null, fact.OccurredAt)) with { ToldAt = fact.OccurredAt };
    }

    private Task PutAsync(TerminalRecord terminal, CancellationToken cancellationToken) =>
        tables.Venues.PutAsync(Rows.Of(Terminals, Key(terminal.PopId, terminal.TerminalId), terminal), cancellationToken);

    private static string Key(string popId, string terminalId) => $"{popId}|{terminalId}";
}
