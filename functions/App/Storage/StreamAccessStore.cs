using System.Security.Cryptography;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Marquee.Domain.Contracts;
using Marquee.Domain.Streams;

namespace Marquee.App.Storage;

/// <summary>A token as it was issued, without the token itself.</summary>
public sealed record IssuedToken
{
    public required string Id { get; init; }

    public required string StreamId { get; init; }

    public required StreamScope Scope { get; init; }

    public required IReadOnlyList<string> PopIds { get; init; }

    public required bool MayTakeOver { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }
}

/// <summary>The revocations as of a version, which counts every change of them and of the keys.</summary>
public sealed record StreamAccess(long Version, IReadOnlyList<RevokedToken> Tokens, IReadOnlyList<RevokedStream> Streams);

/// <summary>
/// Issued tokens in a partition per event; and in one partition for the whole host what relays must know: revocations, and the version that
/// every change of them raises in the same transaction.
/// </summary>
public sealed class StreamAccessStore(MarqueeTables tables)
{
    private const string Partition = "_access";
    private const string Head = "head";

    /// <summary>Writers are an operator or two; a conflict past this many tries is a bug.</summary>
    private const int MaxAttempts = 20;

    /// <summary>What one transaction forgets at most, since 100 operations are its bound.</summary>
    private const int MaxForgotten = 90;

    private readonly TableClient _table = tables.Streams;

    public Task PutIssuedAsync(string eventId, IssuedToken token, CancellationToken cancellationToken) =>
        _table.PutAsync(Rows.Of(eventId, $"token|{token.Id}", token), cancellationToken);

    public async Task<IssuedToken?> FindIssuedAsync(string eventId, string tokenId, CancellationToken cancellationToken) =>
        (await _table.FindAsync(eventId, $"token|{tokenId}", cancellationToken))?.Read<IssuedToken>();

    public Task<IReadOnlyList<IssuedToken>> IssuedAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<IssuedToken>(eventId, "token|", cancellationToken);

    /// <summary>False when relays can be told of no more revocations; those that no longer matter are forgotten first.</summary>
    public Task<bool> RevokeAsync(RevokedToken token, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(Rows.Of(Partition, $"token|{token.TokenId}", token), now, cancellationToken);

    /// <inheritdoc cref="RevokeAsync(RevokedToken, DateTimeOffset, CancellationToken)"/>
    public Task<bool> RevokeAsync(RevokedStream stream, DateTimeOffset now, CancellationToken cancellationToken) =>
        ChangeAsync(Rows.Of(Partition, $"stream|{stream.StreamId}", stream), now, cancellationToken);

    /// <summary>The state that relays should have. Keys other than last time make a new version.</summary>
    public async Task<StreamAccess> ReadAsync(string issuer, IReadOnlyList<StreamKey> keys, CancellationToken cancellationToken)
    {
        var digest = Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { issuer, keys }, ContractJson.Options)));
        for (var attempt = 1; ; attempt++)
        {
            // The head first: rows that are newer than it belong to a version that will be sent as well.
            var head = await _table.FindAsync(Partition, Head, cancellationToken);
            if (head is not null && head.GetString("Keys") == digest)
            {
                return new StreamAccess(
                    head.GetInt64("Version")!.Value,
                    await _table.ReadAllAsync<RevokedToken>(Partition, "token|", cancellationToken),
                    await _table.ReadAllAsync<RevokedStream>(Partition, "stream|", cancellationToken));
            }

            await TryAsync([Next(head, digest)], attempt, cancellationToken);
        }
    }

    private async Task<bool> ChangeAsync(TableEntity row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var head = await _table.FindAsync(Partition, Head, cancellationToken);
            var (kept, forgotten) = (0, new List<TableEntity>());
            await foreach (var known in _table.WithPrefixAsync(Partition, "", cancellationToken))
            {
                if (known.RowKey == Head || known.RowKey == row.RowKey)
                {
                    continue;
                }

                if (IsForgotten(known, now) && forgotten.Count < MaxForgotten)
                {
                    forgotten.Add(known);
                }
                else
                {
                    kept++;
                }
            }

            if (kept >= ConfigureStreamAccess.MaxRevocations)
            {
                return false;
            }

            var changes = forgotten.Select(old => new TableTransactionAction(TableTransactionActionType.Delete, old, ETag.All))
                .Append(new TableTransactionAction(TableTransactionActionType.UpsertReplace, row))
                .Append(Next(head, head?.GetString("Keys") ?? ""));
            if (await TryAsync([.. changes], attempt, cancellationToken))
            {
                return true;
            }
        }
    }

    /// <summary>An hour past the end of the last token that it could be about, so that no relay's clock matters.</summary>
    private static bool IsForgotten(TableEntity row, DateTimeOffset now) => row.RowKey.StartsWith("token|", StringComparison.Ordinal)
        ? row.Read<RevokedToken>().ExpiresAt.AddHours(1) < now
        : row.Read<RevokedStream>().IssuedBefore + Streams.StreamTokens.MaxLifetime + TimeSpan.FromHours(1) < now;

    private static TableTransactionAction Next(TableEntity? head, string digest)
    {
        var next = new TableEntity(Partition, Head) { ["Version"] = (head?.GetInt64("Version") ?? 0) + 1, ["Keys"] = digest };
        return head is null
            ? new TableTransactionAction(TableTransactionActionType.Add, next)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, next, head.ETag);
    }

    private async Task<bool> TryAsync(IReadOnlyList<TableTransactionAction> changes, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await _table.SubmitTransactionAsync(changes, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when ((failure.IsConflict() || failure.Status == 404) && attempt < MaxAttempts)
        {
            // Somebody else changed the head, or forgot a row that this change wanted to forget.
            return false;
        }
    }
}
