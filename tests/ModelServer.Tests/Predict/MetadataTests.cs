using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Predict;

public sealed class MetadataTests : IClassFixture<TinyServer>
{
    private readonly TinyServer _tiny;

    public MetadataTests(TinyServer tiny) => _tiny = tiny;

    [Theory]
    [InlineData("request")]
    [InlineData("request_version_1")]
    public async Task GetModelMetadata_Golden_HasTheGoldenSignatures(string name)
    {
        var golden = GetModelMetadataResponse.Parser.ParseFrom(WireGolden.Find("metadata.json", "response").Bytes);
        var expected = golden.Metadata[PredictSignature.MetadataField].Unpack<SignatureDefMap>();

        var response = await GetAsync(name);

        var actual = response.Metadata[PredictSignature.MetadataField];
        Assert.Equal(golden.ModelSpec, response.ModelSpec);
        Assert.Equal(golden.Metadata[PredictSignature.MetadataField].TypeUrl, actual.TypeUrl);
        var signatures = actual.Unpack<SignatureDefMap>();
        Assert.All(expected.SignatureDef, s => Assert.Equal(s.Value, signatures.SignatureDef[s.Key]));
        Assert.Equal([.. expected.SignatureDef.Keys.Order(), PredictSignature.Texts], signatures.SignatureDef.Keys.Order());
    }

    [Theory]
    [InlineData("request_no_field", "GetModelMetadataRequest must specify at least one metadata_field")]
    [InlineData("request_other_field", "Metadata field weights is not supported")]
    public async Task GetModelMetadata_WithoutTheOneField_IsRefused(string name, string words)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => GetAsync(name));

        Assert.Equal((StatusCode.InvalidArgument, words), (refusal.Code, refusal.Detail));
    }

    [Fact]
    public async Task GetModelMetadata_ModelWithoutVocabulary_HasNoTextSignature()
    {
        using var folder = new ModelBase();
        folder.Add(1, version => File.Delete(Path.Combine(version, "vocab.txt")));
        await using var server = await ModelServerHost.StartAsync(folder.Path);

        var response = await server.Channel.CallAsync(
            TensorFlowServingMethods.GetModelMetadata, Request("request")).DefaultTimeout();

        var signatures = response.Metadata[PredictSignature.MetadataField].Unpack<SignatureDefMap>();
        Assert.Equal([PredictSignature.Bert, PredictSignature.Default], signatures.SignatureDef.Keys.Order());
    }

    [Theory]
    [InlineData("request", "response_available")]
    [InlineData("request_version_1", "response_available")]
    public async Task GetModelStatus_Golden_GetsTheGoldenAnswer(string request, string response)
    {
        var expected = GetModelStatusResponse.Parser.ParseFrom(WireGolden.Find("status.json", response).Bytes);

        var actual = await StatusAsync(GetModelStatusRequest.Parser.ParseFrom(WireGolden.Find("status.json", request).Bytes));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task GetModelStatus_UnknownModelOrVersion_IsNotFound()
    {
        var model = await Assert.ThrowsAsync<RpcException>(() => StatusAsync(
            new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "nope" } }));
        var version = await Assert.ThrowsAsync<RpcException>(() => StatusAsync(
            new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "bert", Version = 7 } }));

        Assert.Equal((StatusCode.NotFound, "Could not find any versions of model nope"), (model.Code, model.Detail));
        Assert.Equal((StatusCode.NotFound, "Could not find version 7 of model bert"), (version.Code, version.Detail));
    }

    private static GetModelMetadataRequest Request(string name) =>
        GetModelMetadataRequest.Parser.ParseFrom(WireGolden.Find("metadata.json", name).Bytes);

    private Task<GetModelMetadataResponse> GetAsync(string name) =>
        _tiny.Server.Channel.CallAsync(TensorFlowServingMethods.GetModelMetadata, Request(name)).DefaultTimeout();

    private Task<GetModelStatusResponse> StatusAsync(GetModelStatusRequest request) =>
        _tiny.Server.Channel.CallAsync(TensorFlowServingMethods.GetModelStatus, request).DefaultTimeout();
}
