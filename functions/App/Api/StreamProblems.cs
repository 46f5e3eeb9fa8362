using Microsoft.AspNetCore.Http;

namespace Marquee.App.Api;

/// <summary>What can be wrong with a request about streams, wherever it is made.</summary>
internal static class StreamProblems
{
    public static IResult NoKey =>
        Problems.Of(StatusCodes.Status503ServiceUnavailable, "no_signing_key", "No key is set that may sign tokens now.");

    public static IResult TooManyRevocations => Problems.Conflict(
        "too_many_revocations",
        "Relays can be told of no more revocations.",
        "Revoke all tokens of a stream at once, or wait until revoked tokens have expired.");

    public static IResult InvalidStage =>
        Problems.Of(StatusCodes.Status400BadRequest, "invalid_stage", "The stage must be 3 to 40 characters of a-z, 0-9 and '-'.");
}
