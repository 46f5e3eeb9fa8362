namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Makes the tokens that are put to the broker's <c>$cbs</c> node before a link to an entity is opened.</summary>
internal interface ITokenSource
{
    /// <summary>The kind of token, as <c>$cbs</c> wants it named.</summary>
    string TokenType { get; }

    /// <summary>Makes a token for an entity.</summary>
    ValueTask<EntityToken> GetAsync(Uri audience, CancellationToken cancellationToken);
}

/// <summary>A token and the instant from which it is worth nothing.</summary>
internal readonly record struct EntityToken(string Value, DateTimeOffset ExpiresAt);
