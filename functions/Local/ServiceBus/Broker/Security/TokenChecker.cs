using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Entities;

namespace Marquee.Local.ServiceBus.Broker.Security;

/// <summary>What a token allows: rights on everything at and below a path, until a time.</summary>
internal sealed record Grant(string Path, AccessRights Rights, DateTimeOffset Expiry)
{
    public bool Covers(string path, AccessRights needed, DateTimeOffset now) =>
        now < Expiry && (Rights & needed) == needed
        && (Path.Length == 0 || path.Equals(Path, StringComparison.OrdinalIgnoreCase) || path.StartsWith(Path + "/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Checks tokens against the keys of the namespace and of the entity that a token is for.</summary>
internal sealed class TokenChecker(BrokerNamespace entities, TimeProvider time)
{
    public (Grant? Grant, BrokerError? Error) Check(string text)
    {
        if (SasToken.TryParse(text) is not { } token)
            return (null, BrokerError.Unauthorized("InvalidSignature: the token is not a shared access signature."));
        var path = Trim(token.ResourcePath);
        var entity = entities.Find(path);
        var rule = (entity?.Rules ?? []).Concat(entities.Config.AuthorizationRules)
            .FirstOrDefault(r => r.KeyName.Equals(token.KeyName, StringComparison.OrdinalIgnoreCase) && token.IsSignedWith(r.PrimaryKey));
        if (rule is null)
            return (null, BrokerError.Unauthorized("InvalidSignature: the token has an invalid signature."));
        return token.Expiry <= time.GetUtcNow()
            ? (null, BrokerError.Unauthorized("ExpiredToken: the token is expired."))
            : (new Grant(path, rule.Rights, token.Expiry), null);
    }

    // A token for an entity's management node is a token for the entity.
    private static string Trim(string path) =>
        path.EndsWith(BrokerNamespace.ManagementSuffix, StringComparison.OrdinalIgnoreCase) ? path[..^BrokerNamespace.ManagementSuffix.Length] : path;
}
