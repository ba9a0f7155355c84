using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// Calls actors through the sidecar, which finds their host. A call has a time limit of a few seconds: during a
/// rebalancing some never end (Dapr's contract, 5.3 and 11.2; <c>08b-actors-no-control-plane.json</c>).
/// </summary>
internal sealed class SidecarActorClient(
    SidecarClient client,
    SidecarWatch watch,
    ActorHub hosted,
    IOptions<SidecarOptions> options,
    ActorMetrics metrics) : IActorClient
{
    private readonly TimeSpan _limit = options.Value.ActorTimeout;

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        ActorAddress actor, string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        ActorAddress.Check(actor.Type, nameof(actor), "an actor's type");
        ActorAddress.Check(method, nameof(method), "a method");
        if (body.Length > ActorLimits.MaxCallBytes)
        {
            throw new ArgumentException(
                $"a body is at most {ActorLimits.MaxCallBytes} bytes, not {body.Length}", nameof(body));
        }

        cancellationToken.ThrowIfCancellationRequested();
        await watch.WaitAsync(cancellationToken);
        var limit = hosted.Find(actor.Type)?.Registration.Limits.CallTimeout ?? _limit;
        ActorFault fault;
        try
        {
            var reply = await client.SendAsync(
                new SidecarCall
                {
                    Method = HttpMethod.Post,
                    Path = $"{ActorApi.Path(actor)}/method/{SidecarCall.Segment(method)}",
                    Body = body,
                    MediaType = "application/octet-stream",
                    Limit = limit,
                    IsForSomebodyElse = true,
                    MaxAnswerBytes = ActorLimits.MaxCallBytes,
                },
                cancellationToken);
            if (reply is { Status: 200, IsAppError: false, IsWhole: true } && !IsForeign(reply))
            {
                return reply.Body;
            }

            fault = Read(reply);
        }
        catch (SidecarException exception)
        {
            fault = new ActorFault(Failure(exception.Failure), exception.Message);
        }

        metrics.Unanswered(actor.Type, fault.Failure.ToString());
        throw new ActorCallException(actor, method, fault.Failure, fault.Reason);
    }

    // Our hosts answer bytes, or nothing. A page, of something that is no sidecar, is no answer.
    private static bool IsForeign(SidecarReply reply) => reply.MediaType.StartsWith("text/", StringComparison.Ordinal);

    private static ActorCallFailure Failure(SidecarFailure failure) => failure switch
    {
        SidecarFailure.Unreachable => ActorCallFailure.Unreachable,
        SidecarFailure.NoAnswer => ActorCallFailure.TimedOut,
        _ => ActorCallFailure.Failed,
    };

    // Dapr's contract, 5.3; the texts are those of 08a-actors.json.
    private static ActorFault Read(SidecarReply reply)
    {
        if (reply is { Status: 200, IsAppError: true })
        {
            return ActorFault.Read(reply.Body, reply.Shown);
        }

        var failure = reply switch
        {
            { ErrorCode: "ERR_ACTOR_INVOKE_METHOD" } when Says(reply, "actor method not found") =>
                ActorCallFailure.UnknownMethod,
            { ErrorCode: "ERR_ACTOR_INVOKE_METHOD" } when Says(reply, "did not find address") =>
                ActorCallFailure.Unreachable,
            { Status: 400 or 401 or 403 or 404 } or { ErrorCode: "ERR_ACTOR_RUNTIME_CLOSED" } =>
                ActorCallFailure.Unreachable,
            _ => ActorCallFailure.Failed,
        };
        return new ActorFault(failure, $"the sidecar answered {reply.Shown}");
    }

    private static bool Says(SidecarReply reply, string text) => reply.Shown.Contains(text, StringComparison.Ordinal);
}
