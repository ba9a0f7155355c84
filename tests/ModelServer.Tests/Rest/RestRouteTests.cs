using Moodstream.ModelServer.Rest;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Rest;

public sealed class RestRouteTests
{
    public static TheoryData<string, object> Paths => new()
    {
        { "/v1/models/bert:predict", new RestRoute(RestOperation.Predict, "bert") },
        { "/v1/models/bert:classify", new RestRoute(RestOperation.Classify, "bert") },
        { "/v1/models/bert:regress", new RestRoute(RestOperation.Regress, "bert") },
        { "/V1/Models/Bert:PREDICT", new RestRoute(RestOperation.Predict, "Bert") },
        { "/v1/models/bert/versions/7:predict", new RestRoute(RestOperation.Predict, "bert", 7) },
        { "/v1/models/bert/Versions/0:predict", new RestRoute(RestOperation.Predict, "bert", 0) },
        { "/v1/models/b/versions/9223372036854775807:predict", new RestRoute(RestOperation.Predict, "b", long.MaxValue) },
        { "/v1/models/bert/labels/stable:predict", new RestRoute(RestOperation.Predict, "bert", Label: "stable") },
        { "/v1/models/bert/labels/a%2Fb%3Ac:predict", new RestRoute(RestOperation.Predict, "bert", Label: "a/b:c") },
        { "/v1/models/my%20bert%2F2:predict", new RestRoute(RestOperation.Predict, "my bert/2") },
        { "/v1/models/a%2541:predict", new RestRoute(RestOperation.Predict, "a%41") },
        { "/v1/models/%F0%9F%98%8D", new RestRoute(RestOperation.Status, "😍") },
        { "/v1/models/bert", new RestRoute(RestOperation.Status, "bert") },
        { "/v1/models/bert/versions/1", new RestRoute(RestOperation.Status, "bert", 1) },
        { "/v1/models/bert/labels/stable", new RestRoute(RestOperation.Status, "bert", Label: "stable") },
        { "/v1/models/bert/metadata", new RestRoute(RestOperation.Metadata, "bert") },
        { "/v1/models/bert/versions/1/METADATA", new RestRoute(RestOperation.Metadata, "bert", 1) },
        { "/v1/models/bert/labels/x/metadata", new RestRoute(RestOperation.Metadata, "bert", Label: "x") },
        { "/v1/models/metadata", new RestRoute(RestOperation.Status, "metadata") },
        { "/v1/models", new RestRoute(RestOperation.Status, "") },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void Parse_PathOfTheGrammar_IsRead(string path, object expected) =>
        Assert.Equal(expected, RestRoute.Parse(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1/models/")]
    [InlineData("/v1/models/:predict")]
    [InlineData("/v2/models/bert:predict")]
    [InlineData("/v1/models/bert:predict/")]
    [InlineData("/v1/models/bert:predict\n")]
    [InlineData("/v1/models/bert:explain")]
    [InlineData("/v1/models/bert:")]
    [InlineData("/v1/models/a/b:predict")]
    [InlineData("/v1/models/a:b:predict")]
    [InlineData("/v1/models/bert/")]
    [InlineData("/v1/models/bert/versions")]
    [InlineData("/v1/models/bert/versions/:predict")]
    [InlineData("/v1/models/bert/versions/-1:predict")]
    [InlineData("/v1/models/bert/versions/1a:predict")]
    [InlineData("/v1/models/bert/versions/١:predict")]
    [InlineData("/v1/models/bert/versions/1/labels/x:predict")]
    [InlineData("/v1/models/bert/labels/:predict")]
    [InlineData("/v1/models/bert/labels/a:b:predict")]
    [InlineData("/v1/models/bert/metadata:predict")]
    [InlineData("/v1/models/bert/metadata/x")]
    [InlineData("x/v1/models/bert")]
    public void Parse_AnythingElse_IsNone(string path) => Assert.Null(RestRoute.Parse(path));

    [Fact]
    public void Parse_VersionBeyond64Bits_IsRefused()
    {
        var refusal = Assert.Throws<RpcException>(
            () => RestRoute.Parse("/v1/models/bert/versions/9223372036854775808:predict"));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Equal("Failed to convert version: 9223372036854775808 to numeric.", refusal.Detail);
    }

    [Fact]
    public void ToSpec_VersionOrLabel_IsTheChoiceOfTheSpec()
    {
        Assert.Equal(
            new ModelSpec { Name = "a", Version = 0, SignatureName = "s" },
            new RestRoute(RestOperation.Predict, "a", Version: 0).ToSpec("s"));
        Assert.Equal(
            new ModelSpec { Name = "a", VersionLabel = "x" }, new RestRoute(RestOperation.Predict, "a", Label: "x").ToSpec());
        Assert.Equal(
            ModelSpec.VersionChoiceOneofCase.None, new RestRoute(RestOperation.Status, "a").ToSpec().VersionChoiceCase);
    }
}
