# Written by smileid-mock. Typhoeus and Ethon call libcurl, which takes its trusted roots from no environment variable.
module Ethon
  module Curl
    bundle = File.expand_path("../bundle.pem", __dir__)
    singleton_class.prepend(Module.new do
      define_method(:easy_init) do |*none|
        super(*none).tap { |handle| set_option(:cainfo, bundle, handle) }
      end
      define_method(:easy_reset) do |handle|
        super(handle)
        set_option(:cainfo, bundle, handle)
      end
    end)
  end
end
