using System.Text.Json;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Commands;
using Marquee.EdgeSync.Storage;

namespace Marquee.StreamRelay.Tokens;

/// <summary>
/// The cloud's word on tokens, on disk, so that a relay that restarts without a line still knows whom to let in.
/// </summary>
internal sealed class StreamAccessBook(EdgeStore store) : ICommandHandler
{
    public static SchemaStep Schema { get; } = new("relay/stream-access", """
        CREATE TABLE stream_access(id INTEGER PRIMARY KEY CHECK(id = 1), body TEXT NOT NULL) STRICT;
        """);

    private volatile AccessRules _rules = Load(store);

    public AccessRules Rules => _rules;

    /// <summary>New rules count. Called on the thread that applied the command.</summary>
    public event Action<AccessRules>? Changed;

    public CommandVerdict Apply(EdgeTransaction transaction, EdgeCommand command)
    {
        if (command.Body is not ConfigureStreamAccess access) return CommandVerdict.Refused("unknown_command", command.Body.GetType().Name);
        var (rules, problem) = AccessRules.Read(access);
        if (rules is null) return CommandVerdict.Refused("invalid_stream_access", problem!);
        transaction.Execute(
            "INSERT INTO stream_access(id, body) VALUES(1, $body) ON CONFLICT(id) DO UPDATE SET body=$body",
            ("$body", JsonSerializer.Serialize(access, ContractJson.Options)));
        // Memory may be ahead of the disk by a commit that fails: the bus then brings the command again, and who was shut out stays out.
        _rules = rules;
        Changed?.Invoke(rules);
        return CommandVerdict.Applied;
    }

    private static AccessRules Load(EdgeStore store)
    {
        var body = store.Read(reader => reader.QueryFirst("SELECT body FROM stream_access WHERE id=1", row => row.GetString(0)));
        var access = body is null ? null : JsonSerializer.Deserialize<ConfigureStreamAccess>(body, ContractJson.Options);
        return access is null ? AccessRules.None : AccessRules.Read(access).Rules ?? AccessRules.None;
    }
}
