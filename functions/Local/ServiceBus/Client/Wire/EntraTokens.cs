using Azure.Core;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Bearer tokens of a Microsoft Entra identity. The credential caches them.</summary>
internal sealed class EntraTokens(TokenCredential credential) : ITokenSource
{
    private static readonly TokenRequestContext Request = new(["https://servicebus.azure.net/.default"]);

    public string TokenType => "jwt";

    public async ValueTask<EntityToken> GetAsync(Uri audience, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(Request, cancellationToken).ConfigureAwait(false);
        return new EntityToken(token.Token, token.ExpiresOn);
    }
}
