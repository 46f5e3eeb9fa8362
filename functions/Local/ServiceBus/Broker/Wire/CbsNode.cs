using Marquee.Local.ServiceBus.Broker.Security;

namespace Marquee.Local.ServiceBus.Broker.Wire;

/// <summary>Claims-based security: clients put tokens on $cbs, and links are admitted by them.</summary>
internal sealed class CbsNode(TokenChecker tokens)
{
    public const string Address = "$cbs";

    public void Handle(ConnectionState connection, Request request)
    {
        if (request.Operation != "put-token")
        {
            Answer(request, 400, "Only put-token is understood.");
            return;
        }

        var (grant, error) = tokens.Check(request.Message.Body as string ?? "");
        if (grant is not null)
            connection.Add(grant);
        Answer(request, grant is null ? 401 : 202, error?.Description ?? "Accepted", error?.Condition);
    }

    private static void Answer(Request request, int status, string description, string? condition = null) =>
        request.Answer(status, description, null, "status-code", "status-description", condition);
}
