using Marquee.App.Orchestrations;
using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Ledgers;
using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

public sealed record LedgerTransferRequest(
    string? FromLedger, string? FromAccount, string? ToLedger, string? ToAccount, long AmountMinorUnits, string? Currency, string? Reason)
{
    internal void Check(string transferId, Validation check)
    {
        check.Slug(transferId, "transferId");
        check.Require(IsLedger(FromLedger), "fromLedger", $"must be an event or {LedgerStore.Platform}");
        check.Require(IsLedger(ToLedger) && ToLedger != FromLedger, "toLedger", $"must be another event or {LedgerStore.Platform}");
        check.Require(Account.TryParse(FromAccount, out var from), "fromAccount", "must be an account, such as payable/the-band");
        check.Require(Account.TryParse(ToAccount, out var to), "toAccount", "must be an account, such as payable/the-band");
        check.Require(AmountMinorUnits > 0, "amountMinorUnits", "must be more than 0");
        check.Currency(Currency, "currency");
        check.Text(Reason, "reason", LedgerTransfer.MaxReason);
        if (!check.Failed)
        {
            var fits = from!.NormalSide == to!.NormalSide && from != Account.LedgerTransfers && to != Account.LedgerTransfers;
            check.Require(fits, "toAccount", "must be of the same kind as fromAccount");
        }
    }

    internal LedgerTransfer ToTransfer(string transferId) => new(
        transferId, FromLedger!, Account.Parse(FromAccount!), ToLedger!, Account.Parse(ToAccount!), new Money(AmountMinorUnits, Domain.Currency.Of(Currency!)), Reason!);

    private static bool IsLedger(string? id) => id == LedgerStore.Platform || Domain.Slug.IsValid(id);
}

/// <param name="State"><c>running</c>, <c>done</c>, <c>refused</c>, <c>returned</c>, or <c>stuck</c>: then a person has to look.</param>
public sealed record LedgerTransferResource(LedgerTransfer Transfer, string State, string? Code);

/// <summary>Movements between ledgers. A transfer's id is its key: the same again is the same transfer, and another under it is refused.</summary>
public sealed class LedgerTransfersApi
{
    [Function("PutLedgerTransfer")]
    public static Task<IResult> PutLedgerTransfer(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "api/ledger-transfers/{transferId}")] HttpRequest request,
        string transferId,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken) =>
        Body.ReadAsync<LedgerTransferRequest>(
            request,
            (body, check) => body.Check(transferId, check),
            async body =>
            {
                var transfer = body.ToTransfer(transferId);
                var known = await durable.StartOnceAsync(LedgerTransferOrchestration.Name, Signals.LedgerTransferOf(transferId), transfer, cancellationToken);
                return known is not null && known.ReadInputAs<LedgerTransfer>() != transfer
                    ? Problems.Conflict("transfer_clash", "There is another transfer under this id.")
                    : Body.Json(Resource(transfer, known), StatusCodes.Status202Accepted);
            });

    [Function("GetLedgerTransfer")]
    public static async Task<IResult> GetLedgerTransfer(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/ledger-transfers/{transferId}")] HttpRequest request,
        string transferId,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken) =>
        await durable.GetInstanceAsync(Signals.LedgerTransferOf(transferId), getInputsAndOutputs: true, cancellationToken) is { } instance
            ? Body.Json(Resource(instance.ReadInputAs<LedgerTransfer>()!, instance))
            : Problems.NotFound("transfer", transferId);

    private static LedgerTransferResource Resource(LedgerTransfer transfer, OrchestrationMetadata? instance) => instance switch
    {
        { RuntimeStatus: OrchestrationRuntimeStatus.Completed } when instance.ReadOutputAs<LedgerTransferOutcome>() is { } outcome =>
            new LedgerTransferResource(transfer, Name(outcome.State), outcome.Code),
        { RuntimeStatus: OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated } => new LedgerTransferResource(transfer, "stuck", null),
        _ => new LedgerTransferResource(transfer, "running", null),
    };

    private static string Name(LedgerTransferState state) => state switch
    {
        LedgerTransferState.Done => "done",
        LedgerTransferState.Refused => "refused",
        _ => "returned",
    };
}
