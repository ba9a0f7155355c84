using Google.Protobuf.WellKnownTypes;

namespace Moodstream.Rpc.Tests;

public sealed class RpcMethodTests
{
    [Fact]
    public void Path_OfAMethod_IsServiceAndName()
    {
        Assert.Equal("/grpc.health.v1.Health/Check", RpcHealth.Check.Path);
    }

    [Theory]
    [InlineData("", "Get")]
    [InlineData("a/b", "Get")]
    [InlineData("a {b}", "Get")]
    [InlineData("a.B", "")]
    [InlineData("a.B", "Get.All")]
    [InlineData("a.B", "{get}")]
    public void New_NameOfNoMethod_IsRefused(string service, string name)
    {
        Assert.Throws<ArgumentException>(
            () => new RpcMethod<Empty, Empty>(service, name, Empty.Parser, Empty.Parser));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(-1)]
    public void NewException_CodeOfNoFailure_IsRefused(int code)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RpcException((StatusCode)code, "detail"));
    }
}
